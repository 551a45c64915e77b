package dev.asterism.bench;

import dev.asterism.overlay.packet.gso.GsoSegmenter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A super-packet of 64 KB cut into 51 segments; with checksums, and with them left to the receiver. */
@State(Scope.Thread)
public class SegmentCursorBench {

    private static final int AT = 64;
    private static final int SEGMENTS = 51;

    @Param({"false", "true"})
    public boolean checksumsLeft;

    private final GsoSegmenter cursor = new GsoSegmenter();
    private final MemorySegment slab = Arena.ofAuto().allocate(1 << 17, 64);
    private final MemorySegment header = MemorySegment.ofArray(new byte[TcpPackets.HEADER_BYTES]);
    private int length;

    @Setup
    public void prepare() {
        length = TcpPackets.write(slab, AT, SEGMENTS * TcpPackets.SEGMENT_BYTES, 50_000);
        MemorySegment.copy(slab, AT, header, 0, TcpPackets.HEADER_BYTES);
    }

    @Benchmark
    public int cut64KB() {
        // Cutting rewrites the first header.
        MemorySegment.copy(header, 0, slab, AT, TcpPackets.HEADER_BYTES);
        cursor.start(slab, AT, length, TcpPackets.SEGMENT_BYTES, true, checksumsLeft);
        int segments = 0;
        while (cursor.next()) {
            segments++;
        }
        if (segments != SEGMENTS) {
            throw new IllegalStateException(segments + " segments");
        }
        return segments;
    }
}
