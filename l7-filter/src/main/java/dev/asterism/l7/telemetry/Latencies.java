package dev.asterism.l7.telemetry;

import java.util.concurrent.TimeUnit;

/** How long requests took, in buckets. Written by one loop, read by any thread, which may see the last ones late. */
final class Latencies {

    /** Upper bounds, each included; what took longer is in one bucket more. */
    private static final long[] BOUNDS = {
        250_000L,
        500_000L,
        1_000_000L,
        2_500_000L,
        5_000_000L,
        10_000_000L,
        25_000_000L,
        50_000_000L,
        100_000_000L,
        250_000_000L,
        500_000_000L,
        1_000_000_000L,
        2_500_000_000L,
        5_000_000_000L,
        10_000_000_000L,
        30_000_000_000L
    };

    static final int BUCKETS = BOUNDS.length + 1;

    private final long[] counts = new long[BUCKETS];
    private long sumNanos;

    static double boundSeconds(int bucket) {
        return BOUNDS[bucket] / (double) TimeUnit.SECONDS.toNanos(1);
    }

    static int bucketOf(long nanos) {
        int bucket = 0;
        while (bucket < BOUNDS.length && nanos > BOUNDS[bucket]) {
            bucket++;
        }
        return bucket;
    }

    void add(long nanos) {
        counts[bucketOf(nanos)]++;
        sumNanos += nanos;
    }

    void addTo(long[] sums) {
        for (int i = 0; i < BUCKETS; i++) {
            sums[i] += counts[i];
        }
    }

    long sumNanos() {
        return sumNanos;
    }

    /**
     * The latency that the part {@code quantile} of the requests did not exceed, by a straight line inside of the
     * bucket; the last bound for what is beyond all. Zero without a request.
     */
    static double quantileSeconds(long[] counts, double quantile) {
        long all = 0;
        for (long count : counts) {
            all += count;
        }
        double wanted = quantile * all;
        long below = 0;
        for (int i = 0; i < BOUNDS.length; i++) {
            if (counts[i] > 0 && below + counts[i] >= wanted) {
                double least = i == 0 ? 0 : boundSeconds(i - 1);
                return least + (boundSeconds(i) - least) * (wanted - below) / counts[i];
            }
            below += counts[i];
        }
        return all == 0 ? 0 : boundSeconds(BOUNDS.length - 1);
    }
}
