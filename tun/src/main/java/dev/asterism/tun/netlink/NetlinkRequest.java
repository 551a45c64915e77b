package dev.asterism.tun.netlink;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * One rtnetlink request under construction, native byte order: nlmsghdr (length u32, type u16, flags u16,
 * sequence u32, port u32), a fixed body, then attributes (length u16, type u16, value, padded to 4).
 */
final class NetlinkRequest {

    static final int HEADER_BYTES = 16;
    static final int REQUEST_ACK = 0x1 | 0x4;
    static final int CREATE = 0x400;
    static final int REPLACE = 0x100;
    private static final int NESTED = 0x8000;
    private static final int CAPACITY = 512;

    private final MemorySegment memory;
    private int length = HEADER_BYTES;

    NetlinkRequest(Arena arena, int type, int flags) {
        memory = arena.allocate(CAPACITY, 8);
        memory.set(JAVA_SHORT, 4, (short) type);
        memory.set(JAVA_SHORT, 6, (short) (flags | REQUEST_ACK));
    }

    NetlinkRequest putByte(int value) {
        memory.set(JAVA_BYTE, length++, (byte) value);
        return this;
    }

    NetlinkRequest putShort(int value) {
        memory.set(JAVA_SHORT, length, (short) value);
        length += 2;
        return this;
    }

    NetlinkRequest putInt(int value) {
        memory.set(JAVA_INT, length, value);
        length += 4;
        return this;
    }

    NetlinkRequest attribute(int type, int value) {
        return putShort(8).putShort(type).putInt(value);
    }

    NetlinkRequest byteAttribute(int type, int value) {
        putShort(5).putShort(type).putByte(value);
        return pad();
    }

    NetlinkRequest attribute(int type, byte[] value) {
        putShort(4 + value.length).putShort(type);
        MemorySegment.copy(value, 0, memory, JAVA_BYTE, length, value.length);
        length += value.length;
        return pad();
    }

    /** Begins an attribute made of attributes; give the result to {@link #endNest}. */
    int beginNest(int type) {
        int at = length;
        putShort(0).putShort(type | NESTED);
        return at;
    }

    NetlinkRequest endNest(int at) {
        memory.set(JAVA_SHORT, at, (short) (length - at));
        return this;
    }

    private NetlinkRequest pad() {
        while ((length & 3) != 0) {
            putByte(0);
        }
        return this;
    }

    /** Completes the header; the memory's first {@link #length} bytes are the message. */
    MemorySegment finish(int sequence) {
        memory.set(JAVA_INT, 0, length);
        memory.set(JAVA_INT, 8, sequence);
        return memory;
    }

    int length() {
        return length;
    }
}
