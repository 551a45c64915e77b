package dev.asterism.bench;

import dev.asterism.overlay.io.PacketBatch;
import dev.asterism.overlay.packet.gso.Coalescer;
import dev.asterism.overlay.packet.gso.GsoSegmenter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** 45 segments merged, of flows that take turns. A copy stands for their decryption. */
@State(Scope.Thread)
public class CoalescerBench {

    private static final int SEGMENTS = 45;
    private static final int PACKET_BYTES = TcpPackets.HEADER_BYTES + TcpPackets.SEGMENT_BYTES;

    @Param({"1", "8"})
    public int flows;

    private final MemorySegment arrived = Arena.ofAuto().allocate(SEGMENTS * PACKET_BYTES, 64);
    private final PacketBatch batch = new PacketBatch(Arena.ofAuto().allocate(1 << 20, 64), 64);
    private final Coalescer coalescer = new Coalescer(batch, true);

    @Setup
    public void prepare() {
        MemorySegment slab = Arena.ofAuto().allocate(1 << 17, 64);
        GsoSegmenter cursor = new GsoSegmenter();
        for (int flow = 0; flow < flows; flow++) {
            int payload = (SEGMENTS - flow + flows - 1) / flows * TcpPackets.SEGMENT_BYTES;
            int length = TcpPackets.write(slab, 64, payload, 50_000 + flow);
            cursor.start(slab, 64, length, TcpPackets.SEGMENT_BYTES, true, false);
            for (int turn = flow; cursor.next(); turn += flows) {
                MemorySegment.copy(
                        slab, cursor.at(), arrived, (long) turn * PACKET_BYTES, PACKET_BYTES);
            }
        }
    }

    @Benchmark
    public int merge45() {
        for (int i = 0; i < SEGMENTS; i++) {
            int at = coalescer.place(PACKET_BYTES);
            MemorySegment.copy(arrived, (long) i * PACKET_BYTES, batch.slab(), at, PACKET_BYTES);
            coalescer.keep(PACKET_BYTES, false);
        }
        coalescer.closeAll();
        int superPackets = batch.count();
        batch.clear();
        if (superPackets != flows) {
            throw new IllegalStateException(superPackets + " super-packets");
        }
        return superPackets;
    }
}
