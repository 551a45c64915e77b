package dev.asterism.overlay.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The 16-byte packet header, big-endian (spec wire.md 1):
 *
 * <pre>
 * byte 0      bits 7..4 version (=1), bits 3..0 type
 * byte 1      subtype
 * bytes 2-3   reserved: authenticated, 0 in Nebula, which never inspects it; here {@link #PARTIAL_CHECKSUM}
 * bytes 4-7   remote index: the receiver's local index
 * bytes 8-15  message counter
 * </pre>
 *
 * Static accessors over a borrowed segment; nothing is allocated.
 */
public final class Header {

    public static final int LENGTH = 16;
    public static final int VERSION = 1;

    /** In the reserved field, between peers that agreed on it only (docs/wire-extensions.md). */
    public static final int PARTIAL_CHECKSUM = 0x8000;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final long RESERVED = 2;
    private static final long REMOTE_INDEX = 4;
    private static final long COUNTER = 8;

    private Header() {}

    public static int version(MemorySegment packet, long at) {
        return packet.get(ValueLayout.JAVA_BYTE, at) >>> 4 & 0xF;
    }

    /** The type's number, known or not. */
    public static int typeNumber(MemorySegment packet, long at) {
        return packet.get(ValueLayout.JAVA_BYTE, at) & 0xF;
    }

    public static int subtype(MemorySegment packet, long at) {
        return packet.get(ValueLayout.JAVA_BYTE, at + 1) & 0xFF;
    }

    public static int remoteIndex(MemorySegment packet, long at) {
        return packet.get(INT, at + REMOTE_INDEX);
    }

    public static long counter(MemorySegment packet, long at) {
        return packet.get(LONG, at + COUNTER);
    }

    /** The mark in the reserved field; to be believed only after the packet has been opened. */
    public static boolean isChecksumPartial(MemorySegment packet, long at) {
        return (packet.get(SHORT, at + RESERVED) & PARTIAL_CHECKSUM) != 0;
    }

    /** Sets the mark in a header that {@link #write} has written; before sealing. */
    public static void markChecksumPartial(MemorySegment packet, long at) {
        packet.set(SHORT, at + RESERVED, (short) PARTIAL_CHECKSUM);
    }

    /** True when the version, the type and the subtype are ones this protocol has. Needs 16 bytes. */
    public static boolean isValid(MemorySegment packet, long at) {
        if (version(packet, at) != VERSION) {
            return false;
        }
        MessageType type = MessageType.ofNumber(typeNumber(packet, at));
        return type != null && type.hasSubtype(subtype(packet, at));
    }

    /** Writes all 16 bytes, the reserved field as zero. */
    public static void write(
            MemorySegment packet,
            long at,
            MessageType type,
            int subtype,
            int remoteIndex,
            long counter) {
        packet.set(INT, at, VERSION << 28 | type.number() << 24 | (subtype & 0xFF) << 16);
        packet.set(INT, at + REMOTE_INDEX, remoteIndex);
        packet.set(LONG, at + COUNTER, counter);
    }
}
