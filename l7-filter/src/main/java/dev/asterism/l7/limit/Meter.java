package dev.asterism.l7.limit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Holds something to a rate by the generic cell rate algorithm: one number, the time at which the next would be due if
 * all had come evenly. Source: ITU-T I.371, annex A. Safe on any thread, without a lock.
 */
final class Meter {

    private final Rate rate;
    private final long intervalNanos;
    private final long toleranceNanos;
    private final AtomicLong dueNanos;

    Meter(Rate rate, long nowNanos) {
        this.rate = rate;
        intervalNanos = rate.intervalNanos();
        toleranceNanos = intervalNanos * (rate.burst() - 1);
        dueNanos = new AtomicLong(nowNanos);
    }

    /** What it holds to. */
    Rate rate() {
        return rate;
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

    /** Nothing of the past matters any more: a new one would do the same. */
    boolean isIdle(long nowNanos) {
        return dueNanos.get() - nowNanos <= 0;
    }
}
