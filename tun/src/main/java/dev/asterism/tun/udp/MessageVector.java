package dev.asterism.tun.udp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An array of mmsghdr with one iovec, one address and one control buffer each, all pointers set once.
 *
 * <p>mmsghdr is 64 bytes: name pointer 0, name length u32 8, iovec pointer 16, iovec count u64 24, control
 * pointer 32, control length u64 40, flags s32 48, datagram length u32 56. iovec: pointer, length u64.
 */
final class MessageVector {

    static final int HEADER_BYTES = 64;
    private static final int IOVEC_BYTES = 16;

    private final MemorySegment memory;
    private final int capacity;
    private final int controlBytes;
    private final long iovecs;
    private final long names;
    private final long controls;

    MessageVector(Arena arena, int capacity, int controlBytes) {
        this.capacity = capacity;
        this.controlBytes = controlBytes;
        iovecs = (long) capacity * HEADER_BYTES;
        names = iovecs + (long) capacity * IOVEC_BYTES;
        controls = names + (long) capacity * SocketAddress.SLOT_BYTES;
        memory = arena.allocate(controls + (long) capacity * controlBytes, 64);
        for (int i = 0; i < capacity; i++) {
            long header = (long) i * HEADER_BYTES;
            memory.set(JAVA_LONG, header, memory.address() + name(i));
            memory.set(JAVA_LONG, header + 16, memory.address() + iovecs + (long) i * IOVEC_BYTES);
            memory.set(JAVA_LONG, header + 24, 1);
            memory.set(JAVA_LONG, header + 32, memory.address() + control(i));
        }
    }

    int capacity() {
        return capacity;
    }

    MemorySegment memory() {
        return memory;
    }

    /** What the kernel gets as the vector when it shall begin with entry {@code i}. */
    long address(int i) {
        return memory.address() + (long) i * HEADER_BYTES;
    }

    /** Offset of entry {@code i}'s socket address in {@link #memory}. */
    long name(int i) {
        return names + (long) i * SocketAddress.SLOT_BYTES;
    }

    /** Offset of entry {@code i}'s control buffer in {@link #memory}. */
    long control(int i) {
        return controls + (long) i * controlBytes;
    }

    void nameBytes(int i, int length) {
        memory.set(JAVA_INT, (long) i * HEADER_BYTES + 8, length);
    }

    void payload(int i, long address, long length) {
        long iovec = iovecs + (long) i * IOVEC_BYTES;
        memory.set(JAVA_LONG, iovec, address);
        memory.set(JAVA_LONG, iovec + 8, length);
    }

    void controlBytes(int i, long length) {
        memory.set(JAVA_LONG, (long) i * HEADER_BYTES + 40, length);
    }

    long controlBytes(int i) {
        return memory.get(JAVA_LONG, (long) i * HEADER_BYTES + 40);
    }

    int flags(int i) {
        return memory.get(JAVA_INT, (long) i * HEADER_BYTES + 48);
    }

    int datagramBytes(int i) {
        return memory.get(JAVA_INT, (long) i * HEADER_BYTES + 56);
    }
}
