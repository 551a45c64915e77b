package dev.asterism.l7.retry;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The retries that a service may still have: within any window at most {@code ratio} of the requests of that window
 * and the floor. Both are counted in tenths of the window; of requests the latest ten are taken, of retries eleven, so
 * that what is counted is never more and never less than the window holds. Safe on any thread, without a lock: a retry
 * is counted before it is judged, so two at once may both be refused and never both pass.
 */
public final class RetryBudget {

    private static final int SLICES = 10;
    private static final int RING = 16;
    private static final int COUNT_BITS = 24;
    private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

    private final BudgetPolicy policy;
    private final AtomicLongArray requests = new AtomicLongArray(RING);
    private final AtomicLongArray retries = new AtomicLongArray(RING);
    private final long sliceNanos;
    private final long floor;

    public RetryBudget(BudgetPolicy policy) {
        this.policy = policy;
        sliceNanos = policy.window().toNanos() / SLICES;
        floor = policy.floor() * policy.window().toMillis() / 1000;
    }

    public BudgetPolicy policy() {
        return policy;
    }

    /** A request has come. */
    public void request(long nowNanos) {
        add(requests, nowNanos / sliceNanos, 1);
    }

    /** Takes one retry; false: there is none left. */
    public boolean tryRetry(long nowNanos) {
        long slice = nowNanos / sliceNanos;
        add(retries, slice, 1);
        long used = sum(retries, slice - SLICES, slice);
        double allowed = floor + policy.ratio() * sum(requests, slice - SLICES + 1, slice);
        if (used <= allowed) {
            return true;
        }
        add(retries, slice, -1);
        return false;
    }

    /** The one just taken is not used. */
    public void giveBack(long nowNanos) {
        add(retries, nowNanos / sliceNanos, -1);
    }

    /** What is left, for a gauge. */
    public long remaining(long nowNanos) {
        long slice = nowNanos / sliceNanos;
        double allowed = floor + policy.ratio() * sum(requests, slice - SLICES + 1, slice);
        return Math.max(0, (long) allowed - sum(retries, slice - SLICES, slice));
    }

    private static void add(AtomicLongArray ring, long slice, int count) {
        int slot = (int) (slice & RING - 1);
        while (true) {
            long old = ring.get(slot);
            long counted = old >>> COUNT_BITS == mark(slice) ? old & COUNT_MASK : 0;
            long sum = Math.clamp(counted + count, 0, COUNT_MASK);
            if (ring.compareAndSet(slot, old, mark(slice) << COUNT_BITS | sum)) {
                return;
            }
        }
    }

    /** Never 0, which an unused slot has. */
    private static long mark(long slice) {
        return (slice & (1L << 39) - 1) + 1;
    }

    private static long sum(AtomicLongArray ring, long from, long to) {
        long sum = 0;
        for (long slice = from; slice <= to; slice++) {
            long value = ring.get((int) (slice & RING - 1));
            if (value >>> COUNT_BITS == mark(slice)) {
                sum += value & COUNT_MASK;
            }
        }
        return sum;
    }
}
