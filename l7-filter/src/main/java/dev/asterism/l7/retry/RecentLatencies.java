package dev.asterism.l7.retry;

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

    /** Parts of each power of two. */
    private static final int PARTS_BITS = 5;

    private static final int PARTS = 1 << PARTS_BITS;
    private static final int FIRST_POWER = 13; // 8 microseconds
    private static final int LAST_POWER = 36; // 69 seconds
    private static final int BUCKETS = (LAST_POWER - FIRST_POWER) * PARTS;

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
        counts.incrementAndGet(begin(nowNanos) * BUCKETS + bucket(nanos));
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

    private static int bucket(long nanos) {
        long clamped = Math.clamp(nanos, 1L << FIRST_POWER, (1L << LAST_POWER) - 1);
        int power = 63 - Long.numberOfLeadingZeros(clamped);
        int part = (int) (clamped >>> power - PARTS_BITS) & PARTS - 1;
        return (power - FIRST_POWER) * PARTS + part;
    }

    /** The upper end of the bucket. */
    private static long nanos(int bucket) {
        int power = FIRST_POWER + bucket / PARTS;
        return (1L << power) + ((long) bucket % PARTS + 1 << power - PARTS_BITS);
    }

    /** 0: too few answers have come. Counted anew twice a second. */
    public long quantileNanos(long nowNanos) {
        long last = countedNanos.get();
        boolean due = last == Long.MIN_VALUE || nowNanos - last >= COUNT_NANOS;
        if (due && countedNanos.compareAndSet(last, nowNanos)) {
            begin(nowNanos);
            found = count();
        }
        return found;
    }

    private long count() {
        long all = samples();
        if (all < LEAST_SAMPLES) {
            return 0;
        }
        long wanted = (long) Math.ceil(quantile * all);
        long below = 0;
        for (int i = 0; i < BUCKETS; i++) {
            below += of(i);
            if (below >= wanted) {
                return nanos(i);
            }
        }
        return nanos(BUCKETS - 1);
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
