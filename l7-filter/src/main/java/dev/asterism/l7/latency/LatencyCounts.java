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
        return Buckets.quantileNanos(quantile, counts::get);
    }
}
