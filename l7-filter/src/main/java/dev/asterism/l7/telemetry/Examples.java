package dev.asterism.l7.telemetry;

import dev.asterism.l7.identity.TraceContext;
import dev.asterism.l7.telemetry.MetricFamily.Example;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The latest request of each bucket of latencies whose span is sent to a collector. Written by one loop, read by any
 * thread.
 */
final class Examples {

    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Null until there is one: most routes have none. */
    private volatile @Nullable AtomicReferenceArray<Example> latest;

    void add(long nanos, TraceContext trace) {
        if (!trace.isExported()) {
            return;
        }
        AtomicReferenceArray<Example> all = latest;
        if (all == null) {
            all = new AtomicReferenceArray<>(Latencies.BUCKETS);
            latest = all;
        }
        all.set(Latencies.bucketOf(nanos), new Example(nanos / NANOS, trace.trace(), trace.span()));
    }

    /** Puts its own in where there is none yet. */
    void addTo(@Nullable Example[] sums) {
        AtomicReferenceArray<Example> all = latest;
        for (int i = 0; all != null && i < sums.length; i++) {
            sums[i] = sums[i] == null ? all.get(i) : sums[i];
        }
    }
}
