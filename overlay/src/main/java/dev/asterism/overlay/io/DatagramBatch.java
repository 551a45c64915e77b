package dev.asterism.overlay.io;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.lang.foreign.MemorySegment;

/**
 * Datagrams for or from one {@link UdpPort}: one slab and parallel arrays, reused. An entry
 * whose {@link #segmentSize} is not 0 is a batch: {@code length} bytes holding datagrams of that size
 * back to back, only the last may be shorter, all with the entry's address.
 *
 * <p>The address of an entry is the far end's: source on receive, destination on send. Belongs to one
 * thread. Contents are valid until the next receive or {@link #clear}.
 */
public final class DatagramBatch {

    private final MemorySegment slab;
    private final int[] offset;
    private final int[] length;
    private final int[] segmentSize;
    private final long[] addressHi;
    private final long[] addressLo;
    private final int[] port;
    private int count;
    private int used;

    /**
     * @param slab the bytes; native memory where a kernel shall reach it
     * @param capacity most entries
     */
    public DatagramBatch(MemorySegment slab, int capacity) {
        this.slab = slab;
        offset = new int[capacity];
        length = new int[capacity];
        segmentSize = new int[capacity];
        addressHi = new long[capacity];
        addressLo = new long[capacity];
        port = new int[capacity];
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

    /** 0 when the entry is a single datagram. */
    public int segmentSize(int entry) {
        return segmentSize[entry];
    }

    public long addressHi(int entry) {
        return addressHi[entry];
    }

    public long addressLo(int entry) {
        return addressLo[entry];
    }

    public int port(int entry) {
        return port[entry];
    }

    /** Allocates; for cold paths and tests. */
    public UnderlayAddr address(int entry) {
        return new UnderlayAddr(new Ip(addressHi[entry], addressLo[entry]), port[entry]);
    }

    /** Where the next appended datagram goes, or -1 when entries or bytes have run out. */
    public int reserve(int lengthBytes) {
        return count < offset.length && used + lengthBytes <= slab.byteSize() ? used : -1;
    }

    /** Appends an entry whose bytes were written at the place that {@link #reserve} named. */
    public void append(int lengthBytes, int segment, long hi, long lo, int toPort) {
        set(count, used, lengthBytes, segment, hi, lo, toPort);
        count++;
        used += lengthBytes;
    }

    /** Fills an entry in place; for ports that receive into fixed slots, followed by {@link #count(int)}. */
    public void set(
            int entry, int at, int lengthBytes, int segment, long hi, long lo, int farPort) {
        offset[entry] = at;
        length[entry] = lengthBytes;
        segmentSize[entry] = segment;
        addressHi[entry] = hi;
        addressLo[entry] = lo;
        port[entry] = farPort;
    }

    public void count(int entries) {
        count = entries;
    }
}
