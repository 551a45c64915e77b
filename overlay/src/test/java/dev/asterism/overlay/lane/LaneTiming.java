package dev.asterism.overlay.lane;

import static dev.asterism.overlay.packet.TestPackets.ACK;
import static dev.asterism.overlay.packet.TestPackets.ipv4;
import static dev.asterism.overlay.packet.TestPackets.tcp;
import static dev.asterism.overlay.packet.TestPackets.udp;
import static dev.asterism.overlay.wire.WireExtensions.NONE;

import dev.asterism.overlay.aead.NullAead;
import java.util.Arrays;

/**
 * What both lanes cost for each packet, over memory and without a cipher: the program of {@code benchmarks/lanes}, not
 * a test. Prints the best round of each kind in nanoseconds.
 */
final class LaneTiming {

    private static final int WARM_ROUNDS = 10;
    private static final int ROUNDS = 30;
    private static final int SEGMENT = 1240;
    private static final int SEGMENTS = 9;

    private LaneTiming() {}

    public static void main(String[] args) {
        byte[] small = ipv4(17, LaneRig.A, LaneRig.B, udp(1, 2, 64));
        byte[] large = ipv4(6, LaneRig.A, LaneRig.B, tcp(1, 2, 3, 4, ACK, SEGMENTS * SEGMENT));
        double smallNanos = nanos(new MemoryTun(small, 0, true), 32, 4_000, 32);
        double largeNanos = nanos(new MemoryTun(large, SEGMENT, true), 1, 14_000, SEGMENTS);
        System.out.printf("small %.1f tcp %.1f%n", smallNanos, largeNanos);
    }

    /**
     * @param packets of a turn, each of which makes {@code datagrams / packets} datagrams
     */
    private static double nanos(MemoryTun tun, int packets, int turns, int datagrams) {
        LaneRig rig = new LaneRig(new NullAead(), tun, NONE, NONE);
        double[] rounds = new double[WARM_ROUNDS + ROUNDS];
        for (int round = 0; round < rounds.length; round++) {
            long began = System.nanoTime();
            for (int turn = 0; turn < turns; turn++) {
                rig.carry(packets);
            }
            rounds[round] = (System.nanoTime() - began) / ((double) turns * datagrams);
        }
        return Arrays.stream(rounds).skip(WARM_ROUNDS).min().orElseThrow();
    }
}
