package dev.asterism.l7.telemetry;

import dev.asterism.l7.identity.Priority;
import dev.asterism.l7.identity.TraceContext;
import dev.asterism.l7.proxy.HedgeOutcome;
import dev.asterism.l7.proxy.RetryOutcome;
import dev.asterism.l7.proxy.ServiceSide;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;

/** What one loop has counted of one route. Written by the loop, read by any thread. */
final class RouteSeries {

    /**
     * @param service empty: a request whose service was not found
     * @param route empty: none was found
     */
    record Key(ServiceSide side, String service, String route) {}

    private final Key key;
    private final Latencies latencies = new Latencies();
    private final Examples examples = new Examples();

    /** One for each outcome; its keys never change. */
    private final Map<RetryOutcome, long[]> retries = counters(RetryOutcome.class);

    private final Map<HedgeOutcome, long[]> hedges = counters(HedgeOutcome.class);

    private long good;
    private long failed;
    private long begun;
    private long left;
    private long limited;
    private long limitedInAudit;

    /** By class, in audit behind them. */
    private final long[] shed = new long[RouteTotals.SHED];

    RouteSeries(Key key) {
        this.key = key;
    }

    private static <E extends Enum<E>> Map<E, long[]> counters(Class<E> outcomes) {
        Map<E, long[]> counters = new EnumMap<>(outcomes);
        for (E outcome : EnumSet.allOf(outcomes)) {
            counters.put(outcome, new long[1]);
        }
        return counters;
    }

    Key key() {
        return key;
    }

    void began() {
        begun++;
    }

    void left() {
        left++;
    }

    void ended(long nanos, boolean success, TraceContext trace) {
        if (success) {
            good++;
        } else {
            failed++;
        }
        latencies.add(nanos);
        examples.add(nanos, trace);
    }

    void retried(RetryOutcome outcome) {
        Objects.requireNonNull(retries.get(outcome))[0]++;
    }

    void hedged(HedgeOutcome outcome) {
        Objects.requireNonNull(hedges.get(outcome))[0]++;
    }

    void limited(boolean audit) {
        if (audit) {
            limitedInAudit++;
        } else {
            limited++;
        }
    }

    void shed(Priority priority, boolean audit) {
        shed[RouteTotals.ofShed(priority, audit)]++;
    }

    /** Adds all of it to a sum over loops. */
    void addTo(RouteTotals totals) {
        totals.good += good;
        totals.failed += failed;
        totals.inFlight += begun - left;
        totals.limited += limited;
        totals.limitedInAudit += limitedInAudit;
        for (int i = 0; i < shed.length; i++) {
            totals.shed[i] += shed[i];
        }
        totals.sumNanos += latencies.sumNanos();
        latencies.addTo(totals.buckets);
        examples.addTo(totals.examples);
        retries.forEach((outcome, count) -> totals.retries.merge(outcome, count[0], Long::sum));
        hedges.forEach((outcome, count) -> totals.hedges.merge(outcome, count[0], Long::sum));
    }
}
