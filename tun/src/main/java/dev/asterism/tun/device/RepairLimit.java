package dev.asterism.tun.device;

import java.time.Duration;

/**
 * Keeps two programs that want different things of one device from an endless fight: five repairs a minute, then one warning.
 * Repairs go on at this pace, without a word, until a minute has passed in which none was wanted. Times are of
 * one monotonic clock, in nanoseconds.
 */
public final class RepairLimit {

    static final int MAX = 5;
    static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();

    private final long[] granted = new long[MAX];
    private int grants;
    private boolean asked;
    private long askedNanos;
    private boolean warned;

    /** What a wish for a repair gets. */
    public enum Answer {
        /** Repair, and say so. */
        REPAIR,
        /** Repair; it has been said that this goes on. */
        REPAIR_SILENTLY,
        /** Wait until {@link #nextNanos}, and warn. */
        WAIT_AND_WARN,
        /** Wait until {@link #nextNanos}. */
        WAIT
    }

    public Answer ask(long nowNanos) {
        if (asked && nowNanos - askedNanos >= WINDOW_NANOS) {
            warned = false;
        }
        asked = true;
        askedNanos = nowNanos;
        if (grants < MAX || nowNanos >= nextNanos()) {
            granted[grants++ % MAX] = nowNanos;
            return warned ? Answer.REPAIR_SILENTLY : Answer.REPAIR;
        }
        Answer answer = warned ? Answer.WAIT : Answer.WAIT_AND_WARN;
        warned = true;
        return answer;
    }

    /** When the next repair is due at the earliest. */
    public long nextNanos() {
        return grants < MAX ? Long.MIN_VALUE : granted[grants % MAX] + WINDOW_NANOS;
    }
}
