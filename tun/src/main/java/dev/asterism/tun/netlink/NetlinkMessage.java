package dev.asterism.tun.netlink;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.asterism.overlay.net.Ip;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One message of the kernel's in a receive buffer: header, a fixed body, attributes. Every access
 * is checked against the message's end; what is not there reads as 0 or null. Valid until the
 * buffer is read into again.
 */
final class NetlinkMessage {

    private static final int TYPE_MASK = 0x3FFF;

    private final MemorySegment bytes;

    NetlinkMessage(MemorySegment memory, int at, int length) {
        bytes = memory.asSlice(at, length);
    }

    int type() {
        return NetlinkReply.type(bytes, 0);
    }

    /** Of the body, counted from its first byte; likewise {@link #bodyInt}. */
    int bodyByte(int offset) {
        long at = NetlinkRequest.HEADER_BYTES + (long) offset;
        return at < bytes.byteSize() ? bytes.get(JAVA_BYTE, at) & 0xFF : 0;
    }

    int bodyInt(int offset) {
        long at = NetlinkRequest.HEADER_BYTES + (long) offset;
        return at + 4 <= bytes.byteSize() ? bytes.get(JAVA_INT_UNALIGNED, at) : 0;
    }

    /** The value of the first attribute of that type behind a body of that size, or null. */
    @Nullable MemorySegment attribute(int bodyBytes, int type) {
        long from = NetlinkRequest.HEADER_BYTES + (long) bodyBytes;
        return from > bytes.byteSize() ? null : attributeIn(bytes.asSlice(from), type);
    }

    /** As {@link #attribute}, within the value of a nested attribute. */
    static @Nullable MemorySegment attributeIn(@Nullable MemorySegment nest, int type) {
        if (nest == null) {
            return null;
        }
        long at = 0;
        while (at + 4 <= nest.byteSize()) {
            int size = nest.get(JAVA_SHORT_UNALIGNED, at) & 0xFFFF;
            if (size < 4 || at + size > nest.byteSize()) {
                return null;
            }
            if ((nest.get(JAVA_SHORT_UNALIGNED, at + 2) & TYPE_MASK) == type) {
                return nest.asSlice(at + 4, size - 4L);
            }
            at += NetlinkReply.aligned(size);
        }
        return null;
    }

    static int intOf(@Nullable MemorySegment value) {
        return value == null || value.byteSize() < 4 ? 0 : value.get(JAVA_INT_UNALIGNED, 0);
    }

    /** Null when the value is no address of that family's length. */
    static @Nullable Ip ipOf(@Nullable MemorySegment value) {
        if (value == null || value.byteSize() != 4 && value.byteSize() != 16) {
            return null;
        }
        return Ip.ofBytes(value.toArray(JAVA_BYTE));
    }

    static String textOf(@Nullable MemorySegment value) {
        if (value == null) {
            return "";
        }
        byte[] text = value.toArray(JAVA_BYTE);
        int length = 0;
        while (length < text.length && text[length] != 0) {
            length++;
        }
        return new String(text, 0, length, StandardCharsets.UTF_8);
    }
}
