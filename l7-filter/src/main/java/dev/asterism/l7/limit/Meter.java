package dev.asterism.l7.limit;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Holds something to a rate by the generic cell rate algorithm: one number, the time at which the next would be due if
 * all had come evenly. Source: ITU-T I.371, annex A. Safe on any thread, without a lock.
 */
final class Meter {

    private final Rate rate;
    private final long intervalNanos;
    private final long toleranceNanos;
    private final AtomicLong dueNanos;
    private final @Nullable Meter next;

    Meter(Rate rate, long nowNanos) {
        this(rate, null, nowNanos);
    }

    /**
     * @param next for another rate of the same caller; null: none
     */
    Meter(Rate rate, @Nullable Meter next, long nowNanos) {
        this.next = next;
        this.rate = rate;
        intervalNanos = rate.intervalNanos();
        toleranceNanos = intervalNanos * (rate.burst() - 1);
        dueNanos = new AtomicLong(nowNanos);
    }

    /** This one, or the one behind it that holds to this rate; null: there is none. */
    @Nullable Meter of(Rate wanted) {
        Meter one = this;
        while (one != null && !one.rate.equals(wanted)) {
            one = one.next;
        }
        return one;
    }

    /** What {@link #tryPass} would say, without counting. */
    long early(long nowNanos) {
        return Math.max(0, dueNanos.get() - nowNanos - toleranceNanos);
    }

    /** 0: it may pass, and is counted; else so many nanoseconds too early. */
    long tryPass(long nowNanos) {
        while (true) {
            long due = dueNanos.get();
            long early = due - nowNanos - toleranceNanos;
            if (early > 0) {
                return early;
            }
            long next = Math.max(0, due - nowNanos) + nowNanos + intervalNanos;
            if (dueNanos.compareAndSet(due, next)) {
                return 0;
            }
        }
    }

    /** Nothing of the past matters any more, also of those behind it: new ones would do the same. */
    boolean isIdle(long nowNanos) {
        for (Meter one = this; one != null; one = one.next) {
            if (one.dueNanos.get() - nowNanos > 0) {
                return false;
            }
        }
        return true;
    }
}
