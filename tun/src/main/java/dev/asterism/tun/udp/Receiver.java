package dev.asterism.tun.udp;

import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The receiving half of a port: one recvmmsg per call, each entry into its own slot of the batch.
 *
 * <p>A call asks for as many entries as, at the mean size of the last call's, make {@link
 * #BUDGET_BYTES}: long GSO batches are then still in the second-level cache when they are opened,
 * and small datagrams come many at a time.
 */
final class Receiver {

    private static final int MAX_ENTRIES = 64;
    private static final int MIN_ENTRIES = 4;
    private static final int BUDGET_BYTES = 256 * 1024;

    /** Longer than what hosts send to a lighthouse, and shorter than most batches. */
    private static final int SMALL_BYTES = 1_024;

    /** Large slots a power of two apart would all begin in the same few sets of every cache. */
    private static final int SKEW_BYTES = 22 * 64;

    private static final int LARGE_SLOT_BYTES = 32 * 1024;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;

    private final Libc libc;
    private final Errno errno;
    private final int fd;
    private final UdpCounters counters;
    private final MessageVector vector;
    private long preparedAddress;
    private int preparedSlot;
    private int stride;
    private int slots;
    private int wanted;

    /** Entries, from the first on, whose lengths the kernel may have overwritten. */
    private int overwritten;

    /** The last call found one small datagram and nothing behind it. */
    private boolean foundOne;

    Receiver(Libc libc, Errno errno, LinuxUdp socket, Arena arena) {
        this.libc = libc;
        this.errno = errno;
        fd = socket.fd();
        counters = socket.counters();
        vector = new MessageVector(arena, MAX_ENTRIES, ControlMessage.RECEIVE_SPACE);
    }

    /**
     * The call after one that found a single small datagram returns 0 without a system call. An owner that
     * sleeps until the socket is readable (see {@link dev.asterism.tun.poll.EventLoop}) calls again before it sleeps,
     * and where datagrams come one by one that second look is a quarter of all system calls, for nothing. What has come
     * meanwhile ends the sleep at once.
     */
    int receive(DatagramBatch into, int slotBytes) {
        if (foundOne) {
            foundOne = false;
            into.clear();
            return 0;
        }
        MemorySegment slab = into.slab();
        if (slab.address() != preparedAddress || slotBytes != preparedSlot) {
            prepare(into, slotBytes);
        }
        into.clear();
        restoreLengths();
        int received = libc.recvmmsg(errno, fd, vector.address(0), wanted, MSG_DONTWAIT);
        overwritten = Math.min(slots, Math.max(0, received) + 1);
        if (received < 0) {
            return failed();
        }
        int kept = 0;
        for (int i = 0; i < received; i++) {
            kept += take(i, into, kept);
        }
        into.count(kept);
        adapt(received);
        foundOne = received == 1 && wanted > 1 && vector.datagramBytes(0) <= SMALL_BYTES;
        return kept;
    }

    /**
     * A stale control length would lose a batch's segment size. Only where it is needed: a call that finds one datagram
     * or none must not cost as much as one that finds 64, the less so where C1 has compiled this.
     */
    private void restoreLengths() {
        for (int i = 0; i < overwritten; i++) {
            vector.nameBytes(i, SocketAddress.INET6_BYTES);
            vector.controlBytes(i, ControlMessage.RECEIVE_SPACE);
        }
    }

    private void adapt(int received) {
        long bytes = 0;
        for (int i = 0; i < received; i++) {
            bytes += vector.datagramBytes(i);
        }
        if (bytes > 0) {
            long fitting = (long) BUDGET_BYTES * received / bytes;
            wanted = Math.clamp(fitting, Math.min(MIN_ENTRIES, slots), slots);
        }
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
                i * stride,
                length,
                size < length ? size : 0,
                SocketAddress.hi(memory, name),
                SocketAddress.lo(memory, name),
                SocketAddress.port(memory, name));
        return 1;
    }

    private void prepare(DatagramBatch batch, int slotBytes) {
        MemorySegment slab = batch.slab();
        int skew = slotBytes >= LARGE_SLOT_BYTES ? SKEW_BYTES : 0;
        stride = slotBytes + skew;
        int fitting = (int) Math.min(MAX_ENTRIES, (slab.byteSize() + skew) / stride);
        if (!slab.isNative() || fitting == 0) {
            throw new IllegalArgumentException(
                    "a receive batch needs native memory for a slot of " + slotBytes + " bytes");
        }
        slots = Math.min(fitting, batch.capacity());
        for (int i = 0; i < slots; i++) {
            vector.payload(i, slab.address() + (long) i * stride, slotBytes);
        }
        wanted = slots;
        overwritten = slots;
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
