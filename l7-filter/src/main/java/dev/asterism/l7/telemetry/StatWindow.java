package dev.asterism.l7.telemetry;

import dev.asterism.l7.proxy.RetryOutcome;
import dev.asterism.l7.proxy.ServiceSide;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What happened in the last ten seconds or so, by service and route. {@link #tick} is to come every second. Any thread.
 */
public final class StatWindow {

    private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();

    /**
     * One service and route.
     *
     * @param route empty for requests that found none
     * @param requests in the window
     * @param p50 seconds, as {@link #p95} and {@link #p99}
     * @param retries that were sent
     * @param retriesRefused that the policy would have liked, but for the budget and its like
     * @param shed that were refused as the application had all it could do, of all classes
     * @param shedInAudit that would have been
     * @param ejected endpoints of the service that are ejected
     * @param inFlight of the service
     */
    public record Row(
            ServiceSide side,
            String service,
            String route,
            long requests,
            long failed,
            double p50,
            double p95,
            double p99,
            long retries,
            long retriesRefused,
            long shed,
            long shedInAudit,
            long ejected,
            long inFlight) {}

    /**
     * @param nanos how long the window was
     * @param rows in the order in which they were first seen
     */
    public record Table(long nanos, List<Row> rows) {}

    private record Moment(long nanos, Map<RouteSeries.Key, RouteTotals> totals) {}

    private final FilterMetrics metrics;
    private final Deque<Moment> past = new ArrayDeque<>();

    /**
     * @param nowNanos the time, which must not go back
     */
    public StatWindow(FilterMetrics metrics, long nowNanos) {
        this.metrics = metrics;
        past.add(new Moment(nowNanos, metrics.routes()));
    }

    /** Time goes on. */
    public synchronized void tick(long nowNanos) {
        past.add(new Moment(nowNanos, metrics.routes()));
        while (past.size() > 2 && nowNanos - past.getFirst().nanos > WINDOW_NANOS) {
            past.removeFirst();
        }
    }

    public synchronized Table table(long nowNanos) {
        Moment then = past.getFirst();
        Map<String, Long> ejected = new LinkedHashMap<>();
        metrics.ejectedEndpoints().forEach(one -> ejected.merge(one.service(), 1L, Long::sum));
        Map<RouteSeries.Key, RouteTotals> now = metrics.routes();
        List<Row> rows = new ArrayList<>();
        now.forEach(
                (key, totals) -> {
                    RouteTotals before = then.totals.getOrDefault(key, new RouteTotals());
                    RouteTotals since = totals.since(before);
                    boolean asked = since.requests() > 0;
                    boolean busy = totals.inFlight > 0 && !hasRoutes(now, key);
                    if (!key.route().isEmpty() || asked || busy) {
                        RouteTotals all =
                                now.get(new RouteSeries.Key(key.side(), key.service(), ""));
                        rows.add(
                                row(
                                        key,
                                        since,
                                        ejected.getOrDefault(key.service(), 0L),
                                        all == null ? 0 : all.inFlight));
                    }
                });
        return new Table(nowNanos - then.nanos, rows);
    }

    /** Whether the service shows in rows of its routes, those without a request among them. */
    private static boolean hasRoutes(Map<RouteSeries.Key, RouteTotals> all, RouteSeries.Key of) {
        return all.keySet().stream()
                .anyMatch(
                        key ->
                                key.side() == of.side()
                                        && key.service().equals(of.service())
                                        && !key.route().isEmpty());
    }

    private static Row row(RouteSeries.Key key, RouteTotals since, long ejected, long inFlight) {
        long sent = since.retries(RetryOutcome.SENT);
        long wanted = 0;
        for (long count : since.retries.values()) {
            wanted += count;
        }
        return new Row(
                key.side(),
                key.service(),
                key.route(),
                since.requests(),
                since.failed,
                Latencies.quantileSeconds(since.buckets, 0.5),
                Latencies.quantileSeconds(since.buckets, 0.95),
                Latencies.quantileSeconds(since.buckets, 0.99),
                sent,
                wanted - sent,
                since.shed(false),
                since.shed(true),
                ejected,
                inFlight);
    }
}
