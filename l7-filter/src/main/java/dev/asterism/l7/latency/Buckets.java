package dev.asterism.l7.latency;

import java.util.function.IntToLongFunction;

/** Latencies of 8 microseconds to 69 seconds in 736 buckets, each 3 % wide; what is beyond is in the first or last. */
final class Buckets {

    /** Parts of each power of two. */
    private static final int PARTS_BITS = 5;

    private static final int PARTS = 1 << PARTS_BITS;
    private static final int FIRST_POWER = 13;
    private static final int LAST_POWER = 36;

    static final int COUNT = (LAST_POWER - FIRST_POWER) * PARTS;

    private Buckets() {}

    static int of(long nanos) {
        long clamped = Math.clamp(nanos, 1L << FIRST_POWER, (1L << LAST_POWER) - 1);
        int power = 63 - Long.numberOfLeadingZeros(clamped);
        int part = (int) (clamped >>> power - PARTS_BITS) & PARTS - 1;
        return (power - FIRST_POWER) * PARTS + part;
    }

    /** The upper end. */
    static long nanos(int bucket) {
        int power = FIRST_POWER + bucket / PARTS;
        return (1L << power) + ((long) bucket % PARTS + 1 << power - PARTS_BITS);
    }

    /**
     * 0: nothing was counted.
     *
     * @param counts how many latencies are in a bucket
     */
    static long quantileNanos(double quantile, IntToLongFunction counts) {
        long all = 0;
        for (int i = 0; i < COUNT; i++) {
            all += counts.applyAsLong(i);
        }
        if (all == 0) {
            return 0;
        }
        long wanted = (long) Math.ceil(quantile * all);
        long below = 0;
        for (int i = 0; i < COUNT; i++) {
            below += counts.applyAsLong(i);
            if (below >= wanted && below > 0) {
                return nanos(i);
            }
        }
        return nanos(COUNT - 1); // another thread has emptied buckets meanwhile
    }
}
