package dev.asterism.tun.udp;

import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The receiving half of a port: one recvmmsg per call, each entry into its own slot of the batch. */
final class Receiver {

    private static final int MAX_ENTRIES = 64;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;

    private final Libc libc;
    private final Errno errno;
    private final int fd;
    private final UdpCounters counters;
    private final MessageVector vector;
    private long preparedAddress;
    private int preparedSlot;
    private int slots;

    Receiver(Libc libc, Errno errno, LinuxUdp socket, Arena arena) {
        this.libc = libc;
        this.errno = errno;
        fd = socket.fd();
        counters = socket.counters();
        vector = new MessageVector(arena, MAX_ENTRIES, ControlMessage.RECEIVE_SPACE);
    }

    int receive(DatagramBatch into, int slotBytes) {
        MemorySegment slab = into.slab();
        if (slab.address() != preparedAddress || slotBytes != preparedSlot) {
            prepare(into, slotBytes);
        }
        into.clear();
        // The kernel overwrites both lengths; a stale control length loses the train's segment
        // size.
        for (int i = 0; i < slots; i++) {
            vector.nameBytes(i, SocketAddress.INET6_BYTES);
            vector.controlBytes(i, ControlMessage.RECEIVE_SPACE);
        }
        int received = libc.recvmmsg(errno, fd, vector.address(0), slots, MSG_DONTWAIT);
        if (received < 0) {
            return failed();
        }
        int kept = 0;
        for (int i = 0; i < received; i++) {
            kept += take(i, into, kept);
        }
        into.count(kept);
        return kept;
    }

    private int take(int i, DatagramBatch into, int entry) {
        if ((vector.flags(i) & MSG_TRUNC) != 0) {
            counters.truncated.increment();
            return 0;
        }
        MemorySegment memory = vector.memory();
        int length = vector.datagramBytes(i);
        int size = ControlMessage.coalescedSize(memory, vector.control(i), vector.controlBytes(i));
        long name = vector.name(i);
        into.set(
                entry,
                i * preparedSlot,
                length,
                size < length ? size : 0,
                SocketAddress.hi(memory, name),
                SocketAddress.lo(memory, name),
                SocketAddress.port(memory, name));
        return 1;
    }

    private void prepare(DatagramBatch batch, int slotBytes) {
        MemorySegment slab = batch.slab();
        int fitting = (int) Math.min(MAX_ENTRIES, slab.byteSize() / slotBytes);
        if (!slab.isNative() || fitting == 0) {
            throw new IllegalArgumentException(
                    "a receive batch needs native memory for a slot of " + slotBytes + " bytes");
        }
        slots = Math.min(fitting, batch.capacity());
        for (int i = 0; i < slots; i++) {
            vector.payload(i, slab.address() + (long) i * slotBytes, slotBytes);
        }
        preparedAddress = slab.address();
        preparedSlot = slotBytes;
    }

    /** Errors of a receive are news about earlier sends, or the socket is none; the latter must not go unseen. */
    private int failed() {
        int code = errno.value();
        if (code == Errno.EBADF || code == Errno.ENOTSOCK || code == Errno.EFAULT) {
            throw libc.failure("recvmmsg", code);
        }
        if (code != Errno.EAGAIN && code != Errno.EINTR) {
            counters.receiveErrors.increment();
        }
        return 0;
    }
}
