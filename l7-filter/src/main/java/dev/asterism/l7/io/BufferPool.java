package dev.asterism.l7.io;

import java.util.Arrays;

/**
 * Byte arrays for reuse, by powers of two from 1 KiB to 512 KiB; at most 64 of a size, about 1 MiB of a size, and so
 * many bytes of all sizes are kept. What nobody has needed between two calls of {@link #forgetUnneeded} is forgotten,
 * so that a crowd's arrays go when it has gone. Belongs to one loop's thread.
 */
public final class BufferPool {

    private static final int SMALLEST = 10;
    private static final int SIZES = 20;
    private static final int MOST_OF_A_SIZE = 64;
    private static final int KEPT_BYTES = 1 << 20;
    private static final byte[] NONE = {};

    private final byte[][][] spare = new byte[SIZES][MOST_OF_A_SIZE][];
    private final int[] spares = new int[SIZES];

    /** Of each size: so many at least have been spare ever since the last look. */
    private final int[] unneeded = new int[SIZES];

    private long most = Long.MAX_VALUE;
    private long kept;

    /** What is kept of all sizes, in bytes. */
    void most(long bytes) {
        most = bytes;
    }

    /** Forgets as many arrays of each size as have been spare ever since the last call. */
    public void forgetUnneeded() {
        for (int size = SMALLEST; size < SIZES; size++) {
            int gone = unneeded[size]; // those at the bottom
            int left = spares[size] - gone;
            System.arraycopy(spare[size], gone, spare[size], 0, left);
            Arrays.fill(spare[size], left, spares[size], NONE);
            kept -= (long) gone << size;
            spares[size] = left;
            unneeded[size] = left;
        }
    }

    /** An array of at least so many bytes, with anything in it. */
    public byte[] take(int bytes) {
        int size = Math.max(SMALLEST, 32 - Integer.numberOfLeadingZeros(bytes - 1));
        if (size >= SIZES) {
            return new byte[bytes];
        }
        if (spares[size] == 0) {
            return new byte[1 << size];
        }
        kept -= 1L << size;
        int last = --spares[size];
        unneeded[size] = Math.min(unneeded[size], last);
        byte[] taken = spare[size][last];
        spare[size][last] = NONE; // it is the owner's alone
        return taken;
    }

    /** Takes it back; the caller forgets it. */
    public void give(byte[] bytes) {
        int size = 31 - Integer.numberOfLeadingZeros(bytes.length);
        if (size < SMALLEST || size >= SIZES || bytes.length != 1 << size) {
            return;
        }
        boolean room = kept + bytes.length <= most;
        if (room && spares[size] < Math.min(MOST_OF_A_SIZE, KEPT_BYTES >> size)) {
            kept += bytes.length;
            spare[size][spares[size]++] = bytes;
        }
    }
}
