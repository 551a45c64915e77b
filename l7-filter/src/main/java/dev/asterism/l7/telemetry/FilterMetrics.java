package dev.asterism.l7.telemetry;

import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.io.LoopCounts;
import dev.asterism.l7.proxy.HedgeOutcome;
import dev.asterism.l7.proxy.Observer;
import dev.asterism.l7.proxy.RetryOutcome;
import dev.asterism.l7.proxy.Service;
import dev.asterism.l7.telemetry.LoopMetrics.Counter;
import dev.asterism.l7.telemetry.LoopMetrics.Denial;
import dev.asterism.l7.telemetry.LoopMetrics.EjectedEndpoint;
import dev.asterism.l7.telemetry.LoopMetrics.Fallback;
import dev.asterism.l7.telemetry.MetricFamily.Kind;
import dev.asterism.l7.telemetry.MetricFamily.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** The counts of all loops, summed up when they are read. They grow while the agent lives. Any thread. */
public final class FilterMetrics {

    private static final List<String> ROUTE = List.of("dir", "service", "route");
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    /** In {@link #shortages}. */
    public static final String BUFFERS = "buffers";

    private final List<LoopMetrics> loops = new CopyOnWriteArrayList<>();
    private final List<LoopCounts> counts = new CopyOnWriteArrayList<>();
    private final AccessLog log;
    private final Taps taps = new Taps();
    private final Spans spans = new Spans();
    private volatile LoopFailures failures = new LoopFailures();
    private volatile PeerLabels peers;
    private volatile String hash;
    private volatile Supplier<List<Service>> services = List::of;

    /** For the configuration that the filter starts with. */
    public FilterMetrics(FilterConfig config, AccessLog log) {
        this.log = log;
        this.peers = labels(config);
        this.hash = config.hash();
    }

    private static PeerLabels labels(FilterConfig config) {
        return new PeerLabels(config.identity().label(), config.identity().labelGroups());
    }

    /** A loop begins; it tells what happens to what this gives. */
    public Observer ofLoop() {
        LoopMetrics loop = new LoopMetrics(caller -> peers.of(caller), log, taps, spans);
        loops.add(loop);
        return loop;
    }

    /** Of requests of all loops, on their way to a collector. */
    public Spans spans() {
        return spans;
    }

    /** Shows requests of all loops. */
    public Taps taps() {
        return taps;
    }

    /** What a loop's connections hold is shown from now on. */
    public void watch(LoopCounts loop) {
        counts.add(loop);
    }

    /** What the services of the moment have found is shown from now on; asked on any thread. */
    public void watch(Supplier<List<Service>> ofTheMoment) {
        services = ofTheMoment;
    }

    /** What became of loops is shown from there. */
    public void watch(LoopFailures ofLoops) {
        failures = ofLoops;
    }

    /** Another configuration is in force. */
    public void reload(FilterConfig config) {
        peers = labels(config);
        hash = config.hash();
    }

    /**
     * How often something has run out so far: connections that were refused, by the word of the bound as in {@code
     * mesh_l7_connections_refused_total}, and under {@link #BUFFERS} what {@code mesh_l7_gave_way_total} counts. Any
     * thread.
     */
    public Map<String, Long> shortages() {
        Map<String, Long> all = new LinkedHashMap<>();
        for (LoopCounts.Refusal why : LoopCounts.Refusal.values()) {
            all.put(why.word(), counts.stream().mapToLong(loop -> loop.refusals(why)).sum());
        }
        all.put(BUFFERS, gaveWay());
        return all;
    }

    /** All series, for an exposition. */
    public List<MetricFamily> families() {
        List<MetricFamily> all = new ArrayList<>(ofRequests());
        all.add(
                new MetricFamily(
                        "mesh_l7_input_refused_total",
                        Kind.COUNTER,
                        "What the protocol refused before it was a request, or within one",
                        List.of("dir", "service", "peer", "why"),
                        sums(LoopMetrics::refused, RefusedInputs.Key::labels)));
        all.addAll(RolloutFamilies.of(services.get()));
        all.add(
                new MetricFamily(
                        "mesh_l7_spans_total",
                        Kind.COUNTER,
                        "Spans for the collector: it took those sent; for those dropped there was no room, or it did not take them",
                        List.of("result"),
                        List.of(
                                new Point(List.of("sent"), spans.sentCount(), List.of()),
                                new Point(List.of("dropped"), spans.droppedCount(), List.of()))));
        all.addAll(PipeFamilies.of(loops));
        all.addAll(ConnectionFamilies.of(counts));
        all.addAll(failures.families());
        return all;
    }

    private List<MetricFamily> ofRequests() {
        Map<RouteSeries.Key, RouteTotals> routes = routes();
        return List.of(
                new MetricFamily(
                        "mesh_l7_requests_total",
                        Kind.COUNTER,
                        "Requests that are over, by what became of them",
                        RequestLabels.OF_REQUESTS,
                        sums(LoopMetrics::requests, RequestLabels::ofRequest)),
                seconds(routes),
                new MetricFamily(
                        "mesh_l7_attempts_total",
                        Kind.COUNTER,
                        "Attempts at endpoints, by what became of them",
                        RequestLabels.OF_ATTEMPTS,
                        sums(LoopMetrics::attempts, RequestLabels::ofAttempt)),
                retries(routes),
                hedges(routes),
                new MetricFamily(
                        "mesh_l7_inflight",
                        Kind.GAUGE,
                        "Requests under way",
                        ROUTE.subList(0, 2),
                        inFlight(routes)),
                ejected(),
                new MetricFamily(
                        "mesh_l7_denied_total",
                        Kind.COUNTER,
                        "Requests that a rule refused; in audit they passed all the same",
                        List.of("service", "rule", "mode"),
                        sums(
                                LoopMetrics::denials,
                                (Denial d) -> List.of(d.service(), d.rule(), d.mode()))),
                limited(routes),
                OverloadFamilies.shed(routes),
                OverloadFamilies.limit(services.get()),
                fallbacks(),
                mirrored(),
                new MetricFamily(
                        "mesh_l7_config_hash",
                        Kind.GAUGE,
                        "1 for the configuration in force",
                        List.of("hash"),
                        List.of(new Point(List.of(hash), 1, List.of()))),
                new MetricFamily(
                        "mesh_l7_gave_way_total",
                        Kind.COUNTER,
                        "Connections, streams and requests that were ended as buffers were at their bound",
                        List.of(),
                        List.of(new Point(List.of(), gaveWay(), List.of()))),
                new MetricFamily(
                        "mesh_l7_access_log_dropped_total",
                        Kind.COUNTER,
                        "Lines of the access log that found no room or no disk",
                        List.of(),
                        List.of(new Point(List.of(), log.dropped(), List.of()))));
    }

    private long gaveWay() {
        return loops.stream().mapToLong(LoopMetrics::gaveWayCount).sum();
    }

    private static List<String> labels(RouteSeries.Key key) {
        return List.of(RequestLabels.word(key.side()), key.service(), key.route());
    }

    private <K> List<Point> sums(
            Function<LoopMetrics, List<Counter<K>>> series, Function<K, List<String>> labels) {
        Map<List<String>, Long> sums = new LinkedHashMap<>();
        for (LoopMetrics loop : loops) {
            for (Counter<K> counter : series.apply(loop)) {
                sums.merge(labels.apply(counter.key()), counter.count(), Long::sum);
            }
        }
        List<Point> points = new ArrayList<>();
        sums.forEach((names, sum) -> points.add(new Point(names, sum, List.of())));
        return points;
    }

    private static List<Point> inFlight(Map<RouteSeries.Key, RouteTotals> routes) {
        List<Point> points = new ArrayList<>();
        routes.forEach(
                (key, totals) -> {
                    if (key.route().isEmpty()) {
                        List<String> labels = labels(key).subList(0, 2);
                        points.add(new Point(labels, totals.inFlight, List.of()));
                    }
                });
        return points;
    }

    private static MetricFamily seconds(Map<RouteSeries.Key, RouteTotals> routes) {
        List<Point> points = new ArrayList<>();
        routes.forEach(
                (key, totals) -> {
                    if (totals.requests() > 0) {
                        points.add(
                                new Point(
                                        labels(key),
                                        totals.sumNanos / NANOS,
                                        Arrays.stream(totals.buckets).boxed().toList(),
                                        Arrays.stream(totals.examples)
                                                .filter(Objects::nonNull)
                                                .toList()));
                    }
                });
        return new MetricFamily(
                "mesh_l7_request_seconds",
                Kind.HISTOGRAM,
                "From the head of a request to the end of its answer",
                ROUTE,
                points);
    }

    private static MetricFamily retries(Map<RouteSeries.Key, RouteTotals> routes) {
        return new MetricFamily(
                "mesh_l7_retries_total",
                Kind.COUNTER,
                "Requests that were to be sent again: ok was, the others say why not",
                List.of("service", "route", "result"),
                byOutcome(routes, totals -> totals.retries, RetryOutcome::word));
    }

    private static MetricFamily hedges(Map<RouteSeries.Key, RouteTotals> routes) {
        return new MetricFamily(
                "mesh_l7_hedges_total",
                Kind.COUNTER,
                "Second copies of requests by outcome: won, lost, failed, canceled; and due ones that were not sent by reason: budget, no_endpoint, overflow, body",
                List.of("service", "route", "result"),
                byOutcome(routes, totals -> totals.hedges, HedgeOutcome::word));
    }

    /** Those that have happened, in the order of the outcomes. */
    private static <E extends Enum<E>> List<Point> byOutcome(
            Map<RouteSeries.Key, RouteTotals> routes,
            Function<RouteTotals, Map<E, Long>> counts,
            Function<E, String> word) {
        List<Point> points = new ArrayList<>();
        for (Map.Entry<RouteSeries.Key, RouteTotals> route : routes.entrySet()) {
            RouteSeries.Key key = route.getKey();
            for (Map.Entry<E, Long> one : counts.apply(route.getValue()).entrySet()) {
                if (one.getValue() > 0) {
                    String outcome = word.apply(one.getKey());
                    List<String> labels = List.of(key.service(), key.route(), outcome);
                    points.add(new Point(labels, one.getValue(), List.of()));
                }
            }
        }
        return points;
    }

    private static MetricFamily limited(Map<RouteSeries.Key, RouteTotals> routes) {
        List<Point> points = new ArrayList<>();
        routes.forEach(
                (key, totals) -> {
                    for (boolean audit : new boolean[] {false, true}) {
                        long count = audit ? totals.limitedInAudit : totals.limited;
                        String mode = audit ? "audit" : "enforce";
                        if (count > 0) {
                            List<String> labels = List.of(key.service(), key.route(), mode);
                            points.add(new Point(labels, count, List.of()));
                        }
                    }
                });
        return new MetricFamily(
                "mesh_l7_limited_total",
                Kind.COUNTER,
                "Requests over their rate; in audit they passed all the same",
                List.of("service", "route", "mode"),
                points);
    }

    private MetricFamily mirrored() {
        return new MetricFamily(
                "mesh_l7_mirrored_total",
                Kind.COUNTER,
                "Copies of requests that are over or were not made, by the class of the answer's code or why there is none",
                List.of("service", "route", "pool", "result"),
                sums(LoopMetrics::mirrored, LoopMetrics.Mirrored::labels));
    }

    private MetricFamily fallbacks() {
        return new MetricFamily(
                "mesh_l7_fallbacks_total",
                Kind.COUNTER,
                "Requests that another pool took, as the one drawn had no endpoint, or only endpoints that are ejected or not well",
                List.of("service", "route", "empty_pool"),
                sums(
                        LoopMetrics::fallbacks,
                        (Fallback f) -> List.of(f.service(), f.route(), f.pool())));
    }

    private MetricFamily ejected() {
        Map<List<String>, Long> byPool = new LinkedHashMap<>();
        ejectedEndpoints()
                .forEach(one -> byPool.merge(List.of(one.service(), one.pool()), 1L, Long::sum));
        List<Point> points = new ArrayList<>();
        byPool.forEach((labels, count) -> points.add(new Point(labels, count, List.of())));
        return new MetricFamily(
                "mesh_l7_ejected",
                Kind.GAUGE,
                "Endpoints that get no requests for a while, on one loop at least",
                List.of("service", "pool"),
                points);
    }

    Set<EjectedEndpoint> ejectedEndpoints() {
        Set<EjectedEndpoint> all = new LinkedHashSet<>();
        loops.forEach(loop -> all.addAll(loop.ejectedEndpoints()));
        return all;
    }

    /** Those of requests whose service or route is not known have empty names. */
    Map<RouteSeries.Key, RouteTotals> routes() {
        Map<RouteSeries.Key, RouteTotals> sums = new LinkedHashMap<>();
        for (LoopMetrics loop : loops) {
            for (RouteSeries route : loop.routes()) {
                route.addTo(sums.computeIfAbsent(route.key(), _ -> new RouteTotals()));
            }
        }
        return sums;
    }
}
