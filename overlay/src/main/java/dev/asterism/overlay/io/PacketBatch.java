package dev.asterism.overlay.io;

import java.lang.foreign.MemorySegment;

/**
 * IP packets for or from one {@link TunPort}: one slab and parallel arrays, reused. An entry
 * whose {@link #segmentSize} is not 0 is a super-packet: one IP header and L4 header in front of a
 * payload that is to be cut into pieces of that size. {@link #checksumPartial} says that the L4 checksum field
 * holds only the pseudo-header sum.
 *
 * <p>In front of every entry there are {@link #HEADROOM} bytes that the port may use for its own
 * header. Belongs to one thread. Contents are valid until the next read or {@link #clear}.
 */
public final class PacketBatch {

    /** Keeps packets 64-byte aligned and leaves room for a virtio header. */
    public static final int HEADROOM = 64;

    private final MemorySegment slab;
    private final int[] offset;
    private final int[] length;
    private final int[] segmentSize;
    private final boolean[] checksumPartial;
    private int count;
    private int used;

    public PacketBatch(MemorySegment slab, int capacity) {
        this.slab = slab;
        offset = new int[capacity];
        length = new int[capacity];
        segmentSize = new int[capacity];
        checksumPartial = new boolean[capacity];
    }

    public MemorySegment slab() {
        return slab;
    }

    public int capacity() {
        return offset.length;
    }

    public int count() {
        return count;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    public void clear() {
        count = 0;
        used = 0;
    }

    public int offset(int entry) {
        return offset[entry];
    }

    public int length(int entry) {
        return length[entry];
    }

    /** 0 when the entry is one packet. */
    public int segmentSize(int entry) {
        return segmentSize[entry];
    }

    public boolean checksumPartial(int entry) {
        return checksumPartial[entry];
    }

    /** Where the next packet's first byte goes (headroom already left), or -1 when there is no room. */
    public int reserve(int lengthBytes) {
        int at = (used + HEADROOM + 63) & ~63;
        return count < offset.length && at + (long) lengthBytes <= slab.byteSize() ? at : -1;
    }

    /** Appends an entry whose bytes were written at the place that {@link #reserve} named. */
    public void append(int at, int lengthBytes, int segment, boolean partial) {
        offset[count] = at;
        length[count] = lengthBytes;
        segmentSize[count] = segment;
        checksumPartial[count] = partial;
        count++;
        used = at + lengthBytes;
    }
}
