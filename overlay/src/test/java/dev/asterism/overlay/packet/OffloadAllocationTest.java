package dev.asterism.overlay.packet;

import static dev.asterism.overlay.packet.AllocationProbe.assertAllocatesNothing;
import static dev.asterism.overlay.packet.TestPackets.ACK;
import static dev.asterism.overlay.packet.TestPackets.ipv4;
import static dev.asterism.overlay.packet.TestPackets.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.PacketBatch;
import dev.asterism.overlay.packet.gso.Coalescer;
import dev.asterism.overlay.packet.gso.GsoSegmenter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class OffloadAllocationTest {

    @Test
    void cutsAndMergesWithoutGarbage() {
        byte[] whole = ipv4(6, "10.42.0.1", "10.42.0.2", tcp(1, 2, 3, 4, ACK, 12_000));
        GsoSegmenter cursor = new GsoSegmenter();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment original = MemorySegment.ofArray(whole);
            MemorySegment sent = arena.allocate(16_384);
            PacketBatch batch = new PacketBatch(arena.allocate(1 << 18), 16);
            Coalescer coalescer = new Coalescer(batch, true);

            assertAllocatesNothing(
                    i -> {
                        batch.clear();
                        MemorySegment.copy(original, 0, sent, 64, whole.length);
                        cursor.start(sent, 64, whole.length, 1200, true, false);
                        while (cursor.next()) {
                            int at = coalescer.place(cursor.length());
                            MemorySegment.copy(
                                    sent, cursor.at(), batch.slab(), at, cursor.length());
                            coalescer.keep(cursor.length(), false);
                        }
                        coalescer.closeAll();
                    });

            assertThat(batch.count()).isEqualTo(1);
            assertThat(batch.length(0)).isEqualTo(whole.length);
        }
    }
}
