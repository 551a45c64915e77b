package dev.asterism.tun.device;

import java.time.Duration;

/**
 * Keeps two programs that want different things of one device from an endless fight: five repairs a
 * minute, then one warning. Repairs go on at this pace, without a word, until a minute has passed
 * in which none was wanted. Only repairs that succeeded count: those that fail have a back-off of
 * their own, 1 to 32 s. Times are of one monotonic clock, in nanoseconds.
 */
public final class RepairLimit {

    static final int MAX = 5;
    static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long FIRST_RETRY_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MAX_DOUBLINGS = 5;

    private final long[] granted = new long[MAX];
    private int grants;
    private int failures;
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

    /** A repair is wanted; tell {@link #repaired} or {@link #failed} what came of it. */
    public Answer ask(long nowNanos) {
        if (asked && nowNanos - askedNanos >= WINDOW_NANOS) {
            warned = false;
        }
        asked = true;
        askedNanos = nowNanos;
        if (grants < MAX || nowNanos >= nextNanos()) {
            return warned ? Answer.REPAIR_SILENTLY : Answer.REPAIR;
        }
        Answer answer = warned ? Answer.WAIT : Answer.WAIT_AND_WARN;
        warned = true;
        return answer;
    }

    /** A repair succeeded. */
    public void repaired(long nowNanos) {
        granted[grants++ % MAX] = nowNanos;
        failures = 0;
    }

    /** A repair failed; returns when to try again. */
    public long failed(long nowNanos) {
        return nowNanos + (FIRST_RETRY_NANOS << Math.min(failures++, MAX_DOUBLINGS));
    }

    /** When the next repair is due at the earliest. */
    public long nextNanos() {
        return grants < MAX ? Long.MIN_VALUE : granted[grants % MAX] + WINDOW_NANOS;
    }
}
