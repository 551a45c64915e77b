package dev.asterism.overlay.io;

import dev.asterism.overlay.net.UnderlayAddr;

/**
 * Datagrams in and out, in batches, never blocking. One instance belongs to one thread; several may
 * stand on the same socket.
 */
public interface UdpPort extends AutoCloseable {

    /**
     * Replaces the batch's contents with what has arrived; returns the number of entries. 0 says that the owner may
     * sleep until the socket is readable, which it may be at once.
     */
    int receive(DatagramBatch into);

    /**
     * Sends every entry; an entry that the network refuses costs only itself. Returns the number of
     * entries handed over. The batch is left as it is.
     */
    int send(DatagramBatch from);

    /**
     * As {@link #send}, but no host on the way may cut a datagram into fragments, this one included:
     * what is too large is lost, or not taken here. For questions about the path; packets go by {@link
     * #send}.
     */
    default int sendWhole(DatagramBatch from) {
        return send(from);
    }

    /** A batch this port can work with. */
    DatagramBatch newBatch(int capacity, int slabBytes);

    /** The bound address, with the real port when 0 was asked for. */
    UnderlayAddr local();

    @Override
    void close();
}
