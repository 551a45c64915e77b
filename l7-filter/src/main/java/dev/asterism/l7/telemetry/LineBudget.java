package dev.asterism.l7.telemetry;

import java.util.concurrent.TimeUnit;

/**
 * How many lines of one kind go to the access log in a second, so that a client that causes them does not fill the
 * disk. The next line that is written says how many were left out. One loop's thread.
 */
final class LineBudget {

    /** From {@link #take}: the line is left out. */
    static final long LEFT_OUT = -1;

    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final int most;
    private long windowStart;
    private int lines;
    private long leftOut;

    /**
     * @param most lines in a second
     */
    LineBudget(int most) {
        this.most = most;
    }

    /**
     * One more line.
     *
     * @return how many were left out before it, or {@link #LEFT_OUT}
     */
    long take(long nanos) {
        if (lines == 0 || nanos - windowStart >= WINDOW_NANOS) {
            windowStart = nanos;
            lines = 0;
        }
        if (++lines > most) {
            leftOut++;
            return LEFT_OUT;
        }
        long before = leftOut;
        leftOut = 0;
        return before;
    }
}
