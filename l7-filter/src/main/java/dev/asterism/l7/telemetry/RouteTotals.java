package dev.asterism.l7.telemetry;

import dev.asterism.l7.identity.Priority;
import dev.asterism.l7.proxy.HedgeOutcome;
import dev.asterism.l7.proxy.RetryOutcome;
import dev.asterism.l7.telemetry.MetricFamily.Example;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sums over all loops for one route, of one reader at one moment. */
final class RouteTotals {

    /** Places of {@link #shed}. */
    static final int SHED = 2 * Priority.values().length;

    final long[] shed = new long[SHED];
    final long[] buckets = new long[Latencies.BUCKETS];
    final @Nullable Example[] examples = new Example[Latencies.BUCKETS];
    final Map<RetryOutcome, Long> retries = new EnumMap<>(RetryOutcome.class);
    final Map<HedgeOutcome, Long> hedges = new EnumMap<>(HedgeOutcome.class);
    long good;
    long failed;
    long inFlight;
    long limited;
    long limitedInAudit;
    long sumNanos;

    static int ofShed(Priority priority, boolean audit) {
        return audit ? Priority.values().length + priority.rank() : priority.rank();
    }

    long retries(RetryOutcome outcome) {
        return retries.getOrDefault(outcome, 0L);
    }

    /** Of all classes. */
    long shed(boolean audit) {
        long sum = 0;
        for (Priority priority : Priority.values()) {
            sum += shed[ofShed(priority, audit)];
        }
        return sum;
    }

    long requests() {
        return good + failed;
    }

    /** What came since {@code before}. */
    RouteTotals since(RouteTotals before) {
        RouteTotals since = new RouteTotals();
        since.good = good - before.good;
        since.failed = failed - before.failed;
        since.inFlight = inFlight;
        since.limited = limited - before.limited;
        since.limitedInAudit = limitedInAudit - before.limitedInAudit;
        since.sumNanos = sumNanos - before.sumNanos;
        for (int i = 0; i < shed.length; i++) {
            since.shed[i] = shed[i] - before.shed[i];
        }
        for (int i = 0; i < buckets.length; i++) {
            since.buckets[i] = buckets[i] - before.buckets[i];
        }
        retries.forEach(
                (outcome, count) -> since.retries.put(outcome, count - before.retries(outcome)));
        return since;
    }
}
