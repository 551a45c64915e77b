package dev.asterism.overlay.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Unaligned network-order fields; bytes and shorts come out unsigned. */
public final class BigEndian {

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private BigEndian() {}

    public static int u8(MemorySegment segment, long at) {
        return segment.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
    }

    public static int u16(MemorySegment segment, long at) {
        return segment.get(SHORT, at) & 0xFFFF;
    }

    public static int i32(MemorySegment segment, long at) {
        return segment.get(INT, at);
    }

    public static long i64(MemorySegment segment, long at) {
        return segment.get(LONG, at);
    }

    public static void put8(MemorySegment segment, long at, int value) {
        segment.set(ValueLayout.JAVA_BYTE, at, (byte) value);
    }

    public static void put16(MemorySegment segment, long at, int value) {
        segment.set(SHORT, at, (short) value);
    }

    public static void put32(MemorySegment segment, long at, int value) {
        segment.set(INT, at, value);
    }

    public static void put64(MemorySegment segment, long at, long value) {
        segment.set(LONG, at, value);
    }
}
