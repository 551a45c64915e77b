package dev.asterism.l7.io;

/**
 * Byte arrays for reuse, by powers of two from 1 KiB to 512 KiB; at most 64 of a size, about 1 MiB of a size, and so
 * many bytes of all sizes are kept. Belongs to one loop's thread.
 */
public final class BufferPool {

    private static final int SMALLEST = 10;
    private static final int SIZES = 20;
    private static final int MOST_OF_A_SIZE = 64;
    private static final int KEPT_BYTES = 1 << 20;

    private final byte[][][] spare = new byte[SIZES][MOST_OF_A_SIZE][];
    private final int[] spares = new int[SIZES];
    private long most = Long.MAX_VALUE;
    private long kept;

    /** What is kept of all sizes, in bytes. */
    void most(long bytes) {
        most = bytes;
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
        return spare[size][--spares[size]];
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
