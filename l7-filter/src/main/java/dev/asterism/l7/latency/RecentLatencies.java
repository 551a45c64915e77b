package dev.asterism.l7.latency;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long the answers of the last 20 to 30 seconds took, to about 3 %. Safe on any thread, without a lock; where
 * two threads begin a slice at once a few samples may be lost. Times are nanoseconds of one clock.
 */
public final class RecentLatencies {

    /** With fewer samples a p99 is the whim of one of them. */
    static final int LEAST_SAMPLES = 100;

    private static final int SLICES = 3;
    private static final long SLICE_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long COUNT_NANOS = Duration.ofMillis(500).toNanos();

    private static final int BUCKETS = Buckets.COUNT;

    private final AtomicIntegerArray counts = new AtomicIntegerArray(SLICES * BUCKETS);
    private final AtomicLong slice = new AtomicLong(Long.MIN_VALUE);
    private final AtomicLong countedNanos = new AtomicLong(Long.MIN_VALUE);
    private final double quantile;
    private volatile long found;

    /** @param quantile 0.99 is p99 */
    public RecentLatencies(double quantile) {
        this.quantile = quantile;
    }

    public void add(long nanos, long nowNanos) {
        counts.incrementAndGet(begin(nowNanos) * BUCKETS + Buckets.of(nanos));
    }

    /** The slice of this moment; whoever comes first empties it. */
    private int begin(long nowNanos) {
        long now = Math.floorDiv(nowNanos, SLICE_NANOS);
        long known = slice.get();
        if (known < now && slice.compareAndSet(known, now)) {
            long gone = known == Long.MIN_VALUE ? SLICES : Math.min(SLICES, now - known);
            for (long each = now - gone + 1; each <= now; each++) {
                int from = Math.floorMod(each, SLICES) * BUCKETS;
                for (int i = 0; i < BUCKETS; i++) {
                    counts.set(from + i, 0);
                }
            }
        }
        return Math.floorMod(now, SLICES);
    }

    /** 0: too few answers have come. Counted anew twice a second. */
    public long quantileNanos(long nowNanos) {
        long last = countedNanos.get();
        boolean due = last == Long.MIN_VALUE || nowNanos - last >= COUNT_NANOS;
        if (due && countedNanos.compareAndSet(last, nowNanos)) {
            begin(nowNanos);
            found = samples() < LEAST_SAMPLES ? 0 : Buckets.quantileNanos(quantile, this::of);
        }
        return found;
    }

    private long of(int bucket) {
        long sum = 0;
        for (int each = 0; each < SLICES; each++) {
            sum += counts.get(each * BUCKETS + bucket);
        }
        return sum;
    }

    /** How many are looked at. */
    public long samples() {
        long all = 0;
        for (int i = 0; i < counts.length(); i++) {
            all += counts.get(i);
        }
        return all;
    }
}
