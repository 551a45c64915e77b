package dev.asterism.tun.udp;

import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.io.UdpPort;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.Libc;
import java.lang.foreign.Arena;

/**
 * One thread's door to a {@link LinuxUdp}. Nothing is allocated per datagram; per call see {@link Errno}.
 *
 * <p>The memory of its batches is the port's: {@link #close} frees it.
 */
public final class LinuxUdpPort implements UdpPort {

    /** Receive slot with UDP_GRO: the longest GSO batch the kernel makes. */
    public static final int GRO_SLOT_BYTES = 65_536;

    private static final int MIN_SLOT_BYTES = 2_048;

    private final Arena arena = Arena.ofShared();
    private final LinuxUdp socket;
    private final Receiver receiver;
    private final Sender sender;
    private boolean closed;

    LinuxUdpPort(Libc libc, LinuxUdp socket) {
        this.socket = socket;
        Errno errno = new Errno();
        receiver = new Receiver(libc, errno, socket, arena);
        sender = new Sender(libc, errno, socket, arena);
    }

    @Override
    public int receive(DatagramBatch into) {
        if (closed) {
            throw new IllegalStateException("the port is closed");
        }
        return receiver.receive(into, slotBytes(into.capacity(), into.slab().byteSize()));
    }

    @Override
    public int send(DatagramBatch from) {
        if (closed) {
            throw new IllegalStateException("the port is closed");
        }
        return sender.send(from);
    }

    @Override
    public int sendWhole(DatagramBatch from) {
        if (closed) {
            throw new IllegalStateException("the port is closed");
        }
        return sender.sendWhole(from);
    }

    /**
     * Page-aligned native memory. A batch to receive into holds as many entries at a time as it has slots: of
     * {@link #GRO_SLOT_BYTES} with coalescing, else of {@code slabBytes / capacity} but at least 2 KiB.
     */
    @Override
    public DatagramBatch newBatch(int capacity, int slabBytes) {
        return new DatagramBatch(arena.allocate(slabBytes, 4096), capacity);
    }

    private int slotBytes(int capacity, long slabBytes) {
        if (socket.coalescing()) {
            return GRO_SLOT_BYTES;
        }
        long even = slabBytes / capacity & ~63L;
        return (int) Math.min(GRO_SLOT_BYTES, Math.max(MIN_SLOT_BYTES, even));
    }

    @Override
    public UnderlayAddr local() {
        return socket.local();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            arena.close();
        }
    }
}
