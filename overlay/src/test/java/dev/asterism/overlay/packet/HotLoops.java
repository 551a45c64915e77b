package dev.asterism.overlay.packet;

import static dev.asterism.overlay.packet.TestPackets.ACK;
import static dev.asterism.overlay.packet.TestPackets.ipv4;
import static dev.asterism.overlay.packet.TestPackets.ipv6;
import static dev.asterism.overlay.packet.TestPackets.tcp;
import static dev.asterism.overlay.packet.TestPackets.udp;

import dev.asterism.overlay.io.PacketBatch;
import dev.asterism.overlay.packet.gso.Coalescer;
import dev.asterism.overlay.packet.gso.GsoSegmenter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/**
 * Runs the loops that a packet goes through until the JIT compiler has compiled them, with lengths as traffic has
 * them: mostly full segments, some of every other length. The whole program of a process of its own, started by {@link
 * HotLoopTrapsTest}.
 */
final class HotLoops {

    private static final int[] LENGTHS = {
        1388, 1388, 1388, 1388, 52, 32, 20, 8, 1348, 40, 77, 66, 45, 1391
    };

    private HotLoops() {}

    public static void main(String[] arguments) {
        Random random = new Random(Long.parseLong(arguments[0]));
        long sink = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment slab = arena.allocate(1 << 18);
            for (int i = 0; i < 300_000; i++) {
                int length = LENGTHS[random.nextInt(LENGTHS.length)];
                sink += Checksum.sum(slab, random.nextInt(1 << 16), length);
            }
            for (int i = 0; i < 300_000; i++) {
                sink += Checksum.sum(slab, (i & 63) * 1400L, 1388);
            }
            sink += cutAndMerge(arena, random);
        }
        System.out.println("done " + sink);
    }

    private static long cutAndMerge(Arena arena, Random random) {
        GsoSegmenter cursor = new GsoSegmenter();
        MemorySegment sent = arena.allocate(16_384);
        PacketBatch batch = new PacketBatch(arena.allocate(1 << 18), 16);
        Coalescer coalescer = new Coalescer(batch, true);
        byte[][] wholes = {
            ipv4(6, "10.42.0.1", "10.42.0.2", tcp(1, 2, 3, 4, ACK, 12_000)),
            ipv4(6, "10.42.0.1", "10.42.0.2", withOptions(tcp(1, 2, 3, 4, ACK, 12_000), 12)),
            ipv6(6, "fd42::1", "fd42::2", withOptions(tcp(1, 2, 3, 4, ACK, 12_000), 20)),
            ipv6(17, "fd42::1", "fd42::2", udp(1, 2, 12_001)),
        };
        long bytes = 0;
        for (int i = 0; i < 40_000; i++) {
            byte[] whole = wholes[random.nextInt(wholes.length)];
            MemorySegment.copy(MemorySegment.ofArray(whole), 0, sent, 64, whole.length);
            batch.clear();
            int segment = 1200 + random.nextInt(3);
            cursor.start(sent, 64, whole.length, segment, true, false);
            while (cursor.next()) {
                int at = coalescer.place(cursor.length());
                MemorySegment.copy(sent, cursor.at(), batch.slab(), at, cursor.length());
                coalescer.keep(cursor.length(), false);
            }
            coalescer.closeAll();
            bytes += batch.length(0);
        }
        return bytes;
    }

    /** The segment with that many bytes of its data made TCP options. */
    private static byte[] withOptions(byte[] tcp, int optionBytes) {
        tcp[12] = (byte) (20 + optionBytes << 2);
        return tcp;
    }
}
