package dev.asterism.overlay.lane;

import static dev.asterism.overlay.packet.TestPackets.ACK;
import static dev.asterism.overlay.packet.TestPackets.ipv4;
import static dev.asterism.overlay.packet.TestPackets.tcp;

import dev.asterism.overlay.aead.NullAead;

/**
 * What the lanes of a relayed path cost for each packet of TCP super-packets, over memory and without a cipher: a
 * program of {@code benchmarks/lanes}, not a test. Prints the best round of the sender, the relay and the receiver in
 * nanoseconds.
 */
final class RelayedLaneTiming {

    private static final int WARM_ROUNDS = 10;
    private static final int ROUNDS = 30;
    private static final int TURNS = 1_400;
    private static final int SEGMENT = 1240;
    private static final int SEGMENTS = 9;

    /** Of one turn. They make entries of some 60 kB, as a busy sender does. */
    private static final int SUPER_PACKETS = 10;

    private RelayedLaneTiming() {}

    public static void main(String[] args) {
        byte[] payload = tcp(1, 2, 3, 4, ACK, SEGMENTS * SEGMENT);
        byte[] packet = ipv4(6, LaneRig.A, RelayTriangle.Y.toString(), payload);
        RelayRig rig = new RelayRig(new NullAead(), new MemoryTun(packet, SEGMENT, true));
        double[] best = {Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};
        for (int round = 0; round < WARM_ROUNDS + ROUNDS; round++) {
            long[] spent = round(rig);
            for (int i = 0; i < best.length && round >= WARM_ROUNDS; i++) {
                best[i] = Math.min(best[i], spent[i] / ((double) TURNS * SUPER_PACKETS * SEGMENTS));
            }
        }
        System.out.printf(
                "relayed-out %.1f forward %.1f relayed-in %.1f%n", best[0], best[1], best[2]);
    }

    /** Nanoseconds of the sender, the relay and the receiver. */
    private static long[] round(RelayRig rig) {
        long[] spent = new long[3];
        for (int turn = 0; turn < TURNS; turn++) {
            long began = System.nanoTime();
            rig.send(SUPER_PACKETS);
            long sent = System.nanoTime();
            rig.relay();
            long forwarded = System.nanoTime();
            rig.receive();
            spent[0] += sent - began;
            spent[1] += forwarded - sent;
            spent[2] += System.nanoTime() - forwarded;
        }
        return spent;
    }
}
