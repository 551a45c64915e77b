package dev.asterism.overlay.lane;

import dev.asterism.overlay.io.PacketBatch;
import dev.asterism.overlay.io.TunPort;
import java.lang.foreign.MemorySegment;

/** A device that takes super-packets and hands out the same one whenever asked to; allocates nothing. */
public final class MemoryTun implements TunPort {

    private final MemorySegment packet;
    private final int segmentSize;
    private final boolean partial;
    private int waiting;
    private PacketBatch last = newBatch(1, 0);

    /** Counts what came for the host. */
    int entries;

    long bytes;

    /**
     * @param packet what applications send; given to every read once per {@link #offer}
     */
    public MemoryTun(byte[] packet, int segmentSize, boolean partial) {
        this.packet = MemorySegment.ofArray(packet);
        this.segmentSize = segmentSize;
        this.partial = partial;
    }

    void offer(int times) {
        waiting = times;
    }

    @Override
    public int read(PacketBatch into) {
        into.clear();
        for (; waiting > 0; waiting--) {
            int length = (int) packet.byteSize();
            int at = into.reserve(length);
            if (at < 0) {
                break;
            }
            MemorySegment.copy(packet, 0, into.slab(), at, length);
            into.append(at, length, segmentSize, partial);
        }
        return into.count();
    }

    @Override
    public int write(PacketBatch from) {
        for (int i = 0; i < from.count(); i++) {
            entries++;
            bytes += from.length(i);
        }
        last = from;
        return from.count();
    }

    /** The batch of the last write: cleared by now, but what stood in it still does. */
    PacketBatch last() {
        return last;
    }

    @Override
    public boolean takesSuperPackets() {
        return true;
    }

    @Override
    public PacketBatch newBatch(int capacity, int slabBytes) {
        return new PacketBatch(MemorySegment.ofArray(new byte[slabBytes]), capacity);
    }

    @Override
    public void close() {}
}
