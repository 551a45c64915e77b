package dev.asterism.tun.netlink;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/** Reads what the kernel sends back; everything is checked against the number of bytes received. */
final class NetlinkReply {

    static final int NO_ANSWER = Integer.MIN_VALUE;

    private static final int TYPE_ERROR = 2;
    private static final int FLAG_CAPPED = 0x100;
    private static final int FLAG_TEXT = 0x200;
    private static final int ATTRIBUTE_TEXT = 1;

    private NetlinkReply() {}

    /** Length of the message at {@code at}, 0 when no whole one stands there. */
    static int messageBytes(MemorySegment memory, int at, int end) {
        if (end - at < NetlinkRequest.HEADER_BYTES) {
            return 0;
        }
        int length = memory.get(JAVA_INT_UNALIGNED, at);
        return length >= NetlinkRequest.HEADER_BYTES && length <= end - at ? length : 0;
    }

    static int aligned(int length) {
        return length + 3 & ~3;
    }

    static int type(MemorySegment memory, int at) {
        return memory.get(JAVA_SHORT_UNALIGNED, at + 4L) & 0xFFFF;
    }

    static int flags(MemorySegment memory, int at) {
        return memory.get(JAVA_SHORT_UNALIGNED, at + 6L) & 0xFFFF;
    }

    static int sequence(MemorySegment memory, int at) {
        return memory.get(JAVA_INT_UNALIGNED, at + 8L);
    }

    /** Errno (0 for success) of the answer to request {@code sequence}, or {@link #NO_ANSWER}. */
    static int errno(MemorySegment memory, int at, int length, int sequence) {
        boolean mine =
                type(memory, at) == TYPE_ERROR
                        && length >= NetlinkRequest.HEADER_BYTES + 4
                        && memory.get(JAVA_INT_UNALIGNED, at + 8L) == sequence;
        return mine ? -memory.get(JAVA_INT_UNALIGNED, at + 16L) : NO_ANSWER;
    }

    /** The kernel's own words about an error, empty when it has none. */
    static String text(MemorySegment memory, int at, int length) {
        int flags = memory.get(JAVA_SHORT_UNALIGNED, at + 6L) & 0xFFFF;
        if ((flags & FLAG_TEXT) == 0 || length < 36) {
            return "";
        }
        long original = memory.get(JAVA_INT_UNALIGNED, at + 20L) & 0xFFFF_FFFFL;
        long quoted = (flags & FLAG_CAPPED) != 0 ? NetlinkRequest.HEADER_BYTES : original;
        long position = at + 20L + (quoted + 3 & ~3L);
        long end = at + (long) length;
        while (position + 4 <= end) {
            int size = memory.get(JAVA_SHORT_UNALIGNED, position) & 0xFFFF;
            int type = memory.get(JAVA_SHORT_UNALIGNED, position + 2) & 0x3FFF;
            if (size < 4 || position + size > end) {
                return "";
            }
            if (type == ATTRIBUTE_TEXT) {
                return string(memory.asSlice(position + 4, size - 4L));
            }
            position += aligned(size);
        }
        return "";
    }

    private static String string(MemorySegment bytes) {
        byte[] text = bytes.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        int length = text.length;
        while (length > 0 && text[length - 1] == 0) {
            length--;
        }
        return new String(text, 0, length, java.nio.charset.StandardCharsets.UTF_8);
    }
}
