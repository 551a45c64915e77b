package dev.asterism.l7.telemetry;

import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.proxy.AttemptReport;
import dev.asterism.l7.proxy.Observer;
import dev.asterism.l7.proxy.RequestReport;
import dev.asterism.l7.proxy.RetryOutcome;
import dev.asterism.l7.proxy.ServiceSide;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Counts what happens on one loop. A request costs two look-ups and no memory once its series are there. Its methods
 * are the loop's; what the package reads of it may be read by any thread.
 */
final class LoopMetrics implements Observer {

    private static final int ALL = 10_000;
    private static final int MOST_SERIES = 2_000;
    private static final int MOST_ROUTES = 4_000;
    private static final int MOST_RULES = 1_000;

    /** A series with one number. */
    static final class Counter<K> {

        private final K key;
        private long count;

        Counter(K key) {
            this.key = key;
        }

        K key() {
            return key;
        }

        long count() {
            return count;
        }
    }

    /**
     * @param mode {@code enforce} or {@code audit}
     */
    record Denial(String service, String rule, String mode) {

        private static final Denial OTHER =
                new Denial(BoundedLabels.OTHER, BoundedLabels.OTHER, BoundedLabels.OTHER);
    }

    /** An endpoint that has a rest. */
    record Resting(String service, String pool, String endpoint) {}

    private final Function<Caller, String> peers;
    private final AccessLog log;
    private final SeriesTable<RequestLabels, Counter<RequestLabels>> requests = labels();
    private final SeriesTable<RequestLabels, Counter<RequestLabels>> attempts = labels();
    private final SeriesTable<RouteSeries.Key, RouteSeries> routes =
            new SeriesTable<>(
                    MOST_ROUTES,
                    UnaryOperator.identity(),
                    UnaryOperator.identity(),
                    RouteSeries::new);
    private final SeriesTable<Denial, Counter<Denial>> denials =
            new SeriesTable<>(
                    MOST_RULES, UnaryOperator.identity(), _ -> Denial.OTHER, Counter::new);
    private final RequestLabels labels = new RequestLabels();
    private volatile List<Resting> resting = List.of();

    /** Of a successful request that is logged. */
    private int sampled;

    private Caller lastCaller = Caller.UNKNOWN;
    private String lastPeer = PeerLabels.UNKNOWN;
    private RouteSeries.Key lastKey = new RouteSeries.Key(ServiceSide.INBOUND, "", "");
    private RouteSeries.Key lastService = lastKey;

    LoopMetrics(Function<Caller, String> peers, AccessLog log) {
        this.peers = peers;
        this.log = log;
    }

    private static SeriesTable<RequestLabels, Counter<RequestLabels>> labels() {
        return new SeriesTable<>(
                MOST_SERIES, RequestLabels::copy, RequestLabels::coarse, Counter::new);
    }

    @Override
    public void began(RequestReport request) {
        inService(request).began();
    }

    @Override
    public void ended(RequestReport request) {
        requests.of(labels.set(request, peer(request.caller()))).count++;
        boolean good = Success.of(request);
        inService(request).left();
        route(request).ended(request.endedNanos() - request.startedNanos(), good);
        sampled += good ? log.sampleTenThousandths() : 0;
        if (good && sampled < ALL) {
            return;
        }
        sampled = good ? sampled - ALL : sampled;
        if (log.isOn()) {
            log.add(request);
        }
    }

    @Override
    public void attempted(AttemptReport attempt) {
        attempts.of(labels.set(attempt)).count++;
    }

    @Override
    public void retried(RequestReport request, RetryOutcome outcome) {
        route(request).retried(outcome);
    }

    @Override
    public void denied(RequestReport request, String rule, boolean audit) {
        denials.of(new Denial(request.service(), rule, audit ? "audit" : "enforce")).count++;
    }

    @Override
    public void limited(RequestReport request, boolean audit) {
        route(request).limited(audit);
    }

    @Override
    public void ejected(String service, String pool, String endpoint, long restNanos) {
        List<Resting> now = new ArrayList<>(resting);
        Resting one = new Resting(service, pool, endpoint);
        now.remove(one);
        if (restNanos > 0) {
            now.add(one);
        }
        resting = List.copyOf(now);
    }

    /** One object serves all requests of a connection. */
    @SuppressWarnings("ReferenceEquality")
    private String peer(Caller caller) {
        if (caller != lastCaller) {
            lastCaller = caller;
            lastPeer = peers.apply(caller);
        }
        return lastPeer;
    }

    private RouteSeries route(RequestReport request) {
        lastKey = key(lastKey, request, request.route());
        return routes.of(lastKey);
    }

    /** When a request begins its route is not known: what is under way is counted for the service. */
    private RouteSeries inService(RequestReport request) {
        lastService = key(lastService, request, "");
        return routes.of(lastService);
    }

    /** The last one where it says the same: a new one is an object. */
    private static RouteSeries.Key key(RouteSeries.Key last, RequestReport request, String route) {
        boolean same =
                last.side() == request.direction()
                        && last.service().equals(request.service())
                        && last.route().equals(route);
        return same ? last : new RouteSeries.Key(request.direction(), request.service(), route);
    }

    List<Counter<RequestLabels>> requests() {
        return requests.all();
    }

    List<Counter<RequestLabels>> attempts() {
        return attempts.all();
    }

    List<RouteSeries> routes() {
        return routes.all();
    }

    List<Counter<Denial>> denials() {
        return denials.all();
    }

    List<Resting> resting() {
        return resting;
    }
}
