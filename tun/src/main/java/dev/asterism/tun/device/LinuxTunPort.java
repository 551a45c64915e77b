package dev.asterism.tun.device;

import dev.asterism.overlay.io.PacketBatch;
import dev.asterism.overlay.io.TunPort;
import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.offload.VirtioHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * One thread's door to a queue of a {@link LinuxTun}. Nothing is allocated by this code; a packet is a system call,
 * about which see {@link Errno}.
 *
 * <p>The memory of its batches is the port's: {@link #close} frees it. A device that was deleted
 * gives and takes nothing until {@link LinuxTun#restore} has made it anew under the same
 * descriptor.
 */
public final class LinuxTunPort implements TunPort {

    /** An IP packet's longest, and a super-packet's. */
    private static final int SUPER_PACKET_BYTES = 65_535;

    private final Arena arena = Arena.ofShared();
    private final Errno errno = new Errno();
    private final Libc libc;
    private final LinuxTun device;
    private final TunCounters counters;
    private final int fd;
    private final int headerBytes;
    private final int roomBytes;
    private boolean closed;

    LinuxTunPort(Libc libc, LinuxTun device, int fd) {
        this.libc = libc;
        this.device = device;
        this.fd = fd;
        counters = device.counters();
        headerBytes = device.offload().hasHeader() ? VirtioHeader.BYTES : 0;
        // The kernel cuts a packet that is longer than the room without a word: one byte more
        // tells.
        roomBytes = headerBytes != 0 ? SUPER_PACKET_BYTES + 1 : device.maxPacketBytes() + 1;
    }

    @Override
    public int read(PacketBatch into) {
        requireOpen();
        into.clear();
        MemorySegment slab = into.slab();
        int at = into.reserve(roomBytes);
        if (at < 0) {
            throw new IllegalArgumentException("no room for a packet of " + roomBytes + " bytes");
        }
        while (at >= 0) {
            long from = slab.address() + at - headerBytes;
            long got = libc.read(errno, fd, from, (long) headerBytes + roomBytes);
            if (got < 0) {
                if (readEnds()) {
                    break;
                }
            } else {
                take(into, at, (int) got - headerBytes);
                at = into.reserve(roomBytes);
            }
        }
        return into.count();
    }

    private void take(PacketBatch into, int at, int length) {
        if (length >= roomBytes) {
            counters.truncated.increment();
        } else if (length > 0) {
            MemorySegment slab = into.slab();
            int segment = headerBytes == 0 ? 0 : VirtioHeader.segmentSize(slab, at);
            boolean partial = headerBytes != 0 && VirtioHeader.checksumPartial(slab, at);
            if (partial && segment == 0 && !VirtioHeader.isOrdinaryChecksum(slab, at, length)) {
                // GRE, SCTP and what else leaves a sum to the device: nobody behind here knows it.
                if (!VirtioHeader.finishChecksum(slab, at, length)) {
                    counters.malformed.increment();
                    return;
                }
                partial = false;
            }
            into.append(at, length, segment < length ? segment : 0, partial);
        }
    }

    /** False when the read is to be repeated. EIO and EFAULT are what a device says that is being deleted. */
    private boolean readEnds() {
        int code = errno.value();
        return switch (code) {
            case Errno.EAGAIN, Errno.EBADFD, Errno.ENODEV, Errno.EIO, Errno.EFAULT -> true;
            case Errno.EINTR -> false;
            default -> throw libc.failure("read " + device.name(), code);
        };
    }

    @Override
    public int write(PacketBatch from) {
        requireOpen();
        int taken = 0;
        for (int i = 0; i < from.count(); i++) {
            if (headerBytes == 0 ? isPlain(from, i) : describe(from, i)) {
                taken += write(from.slab().address() + from.offset(i), from.length(i));
            } else {
                counters.writeRejected.increment();
            }
        }
        return taken;
    }

    private static boolean isPlain(PacketBatch from, int i) {
        return from.segmentSize(i) == 0 && !from.checksumPartial(i);
    }

    private static boolean describe(PacketBatch from, int i) {
        if (isPlain(from, i)) {
            VirtioHeader.writePlain(from.slab(), from.offset(i));
            return true;
        }
        return VirtioHeader.write(
                from.slab(),
                from.offset(i),
                from.length(i),
                from.segmentSize(i),
                from.checksumPartial(i));
    }

    private int write(long address, int length) {
        while (true) {
            long written =
                    libc.write(errno, fd, address - headerBytes, (long) headerBytes + length);
            if (written >= 0) {
                return 1;
            }
            if (errno.value() != Errno.EINTR) {
                countRejection(errno.value());
                return 0;
            }
        }
    }

    private void countRejection(int code) {
        switch (code) {
            case Errno.EIO -> counters.linkDown.increment();
            case Errno.EAGAIN, Errno.ENOBUFS -> counters.writeQueueFull.increment();
            case Errno.EBADFD, Errno.ENODEV, Errno.ENOTCONN -> counters.deviceGone.increment();
            case Errno.EBADF, Errno.EFAULT -> throw libc.failure("write " + device.name(), code);
            default -> counters.writeRejected.increment();
        }
    }

    @Override
    public boolean takesSuperPackets() {
        return headerBytes != 0;
    }

    @Override
    public boolean takesUdpSuperPackets() {
        return device.offload().takesUdp();
    }

    /** At least {@code slabBytes} of page-aligned native memory, and never less than one read needs. */
    @Override
    public PacketBatch newBatch(int capacity, int slabBytes) {
        int least = 2 * PacketBatch.HEADROOM + roomBytes;
        return new PacketBatch(arena.allocate(Math.max(slabBytes, least), 4096), capacity);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the port is closed");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            arena.close();
        }
    }
}
