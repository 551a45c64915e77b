package dev.asterism.l7.http2;

/**
 * What is remembered of streams that are gone, so that a late frame gets the right answer, RFC 9113 5.1: the last 16
 * that we ended first, for which frames may be under way, and which of the last 64 numbers were opened at all.
 */
final class StreamHistory {

    private static final int ENDED = 16;
    private static final int REMEMBERED = 64;

    private final int[] ended = new int[ENDED];
    private int endedCount;
    private int last;
    private long opened;

    /** The highest number that was opened. */
    int last() {
        return last;
    }

    void opened(int id) {
        int steps = id - last + (last == 0 ? 1 : 0) >> 1;
        opened = (steps >= REMEMBERED ? 0 : opened << steps) | 1;
        last = id;
    }

    /** Whether it, not above {@link #last}, may have been open; what is too old to know counts as opened. */
    boolean wasOpened(int id) {
        int back = last - id >> 1;
        return back >= REMEMBERED || (opened >>> back & 1) != 0;
    }

    void ended(int id) {
        ended[endedCount++ & ENDED - 1] = id;
    }

    boolean wasEnded(int id) {
        for (int each : ended) {
            if (each == id) {
                return true;
            }
        }
        return false;
    }
}
