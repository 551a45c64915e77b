package dev.asterism.l7.latency;

import java.util.concurrent.atomic.AtomicIntegerArray;

/** How long answers took, to about 3 %, since it was made. Safe on any thread, without a lock. */
public final class LatencyCounts {

    private final AtomicIntegerArray counts = new AtomicIntegerArray(Buckets.COUNT);

    public void add(long nanos) {
        counts.incrementAndGet(Buckets.of(nanos));
    }

    /** 0: nothing was counted. */
    public long quantileNanos(double quantile) {
        long all = 0;
        for (int i = 0; i < Buckets.COUNT; i++) {
            all += counts.get(i);
        }
        long wanted = (long) Math.ceil(quantile * all);
        long below = 0;
        for (int i = 0; i < Buckets.COUNT; i++) {
            below += counts.get(i);
            if (below >= wanted && below > 0) {
                return Buckets.nanos(i);
            }
        }
        return 0;
    }
}
