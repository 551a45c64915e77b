package dev.asterism.l7.http2;

/**
 * What is remembered of streams that are gone, so that a late frame gets the right answer, RFC 9113 5.1: of the last
 * 1,024 numbers, which were opened at all and which we ended first, for which frames may be under way. Of older ones
 * nothing is known, so nothing is held against the peer.
 */
final class StreamHistory {

    private static final int WORDS = 16;
    private static final int REMEMBERED = WORDS * Long.SIZE;
    private static final long[] NONE = new long[WORDS];

    private final long[] opened = new long[WORDS];

    /** Most connections end no stream before its time: made when the first is. */
    private long[] ended = NONE;

    private int last;

    /** The highest number that was opened. */
    int last() {
        return last;
    }

    /** Numbers are odd and only grow. */
    @SuppressWarnings("ReferenceEquality") // NONE is one object
    void opened(int id) {
        int steps = Math.min(id - last + 1 >> 1, REMEMBERED);
        for (int i = 0; i < steps; i++) {
            set(opened, id - 2 * i, false);
            if (ended != NONE) {
                set(ended, id - 2 * i, false);
            }
        }
        set(opened, id, true);
        last = id;
    }

    /** Whether it, not above {@link #last}, may have been open. */
    boolean wasOpened(int id) {
        return isForgotten(id) || get(opened, id);
    }

    @SuppressWarnings("ReferenceEquality") // NONE is one object
    void ended(int id) {
        if (ended == NONE) {
            ended = new long[WORDS];
        }
        if (!isForgotten(id)) {
            set(ended, id, true);
        }
    }

    /** Whether we may have ended it first. */
    boolean wasEnded(int id) {
        return isForgotten(id) || get(ended, id);
    }

    private boolean isForgotten(int id) {
        return last - id >> 1 >= REMEMBERED;
    }

    private static boolean get(long[] bits, int id) {
        return (bits[id >> 7 & WORDS - 1] >>> (id >> 1) & 1) != 0;
    }

    private static void set(long[] bits, int id, boolean on) {
        long bit = 1L << (id >> 1);
        if (on) {
            bits[id >> 7 & WORDS - 1] |= bit;
        } else {
            bits[id >> 7 & WORDS - 1] &= ~bit;
        }
    }
}
