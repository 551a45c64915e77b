package dev.asterism.overlay.io;

/**
 * IP packets from and to the host's stack, in batches, never blocking. One instance belongs to one
 * thread; several may stand on the same device.
 */
public interface TunPort extends AutoCloseable {

    /** Replaces the batch's contents with packets the host wants sent; returns their number. */
    int read(PacketBatch into);

    /** Hands every entry to the host; one that is refused costs only itself. Returns the number taken. */
    int write(PacketBatch from);

    /**
     * True when {@link #read} may give super-packets and unfinished checksums, and {@link #write} takes
     * super-packets.
     */
    default boolean takesSuperPackets() {
        return false;
    }

    /** True when {@link #write} takes super-packets of UDP as well as of TCP. */
    default boolean takesUdpSuperPackets() {
        return takesSuperPackets();
    }

    /** A batch this port can work with. */
    PacketBatch newBatch(int capacity, int slabBytes);

    @Override
    void close();
}
