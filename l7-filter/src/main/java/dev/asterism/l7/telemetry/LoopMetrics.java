package dev.asterism.l7.telemetry;

import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Priority;
import dev.asterism.l7.proxy.AttemptReport;
import dev.asterism.l7.proxy.HedgeOutcome;
import dev.asterism.l7.proxy.InputReport;
import dev.asterism.l7.proxy.Observer;
import dev.asterism.l7.proxy.PipeReport;
import dev.asterism.l7.proxy.RequestReport;
import dev.asterism.l7.proxy.RetryOutcome;
import dev.asterism.l7.proxy.ServiceSide;
import dev.asterism.l7.proxy.Success;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Counts what happens on one loop. A request costs two look-ups and no memory once its series are there. Its methods
 * are the loop's; what the package reads of it may be read by any thread.
 */
final class LoopMetrics implements Observer {

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

        void increment() {
            count++;
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

    /**
     * A route's requests that another pool took.
     *
     * @param pool that had no endpoint
     */
    record Fallback(String service, String route, String pool) {}

    /** Copies of requests. */
    record Mirrored(String service, String route, String pool, String result) {

        List<String> labels() {
            return List.of(service, route, pool, result);
        }
    }

    /**
     * Connections whose bytes were carried without inspection.
     *
     * @param end what ended them, or why they were refused
     */
    record Pipes(String dir, String service, String peer, String end) {}

    /** What they have carried. */
    static final class PipeTotals {

        private final Pipes key;
        private long count;
        private long requestBytes;
        private long answerBytes;

        PipeTotals(Pipes key) {
            this.key = key;
        }

        Pipes key() {
            return key;
        }

        long count() {
            return count;
        }

        long requestBytes() {
            return requestBytes;
        }

        long answerBytes() {
            return answerBytes;
        }
    }

    /** An endpoint that is ejected. */
    record EjectedEndpoint(String service, String pool, String endpoint) {}

    /** Requests of one caller come in a row. */
    private static final class LastPeer {
        private Caller caller = Caller.UNKNOWN;
        private String label = PeerLabels.UNKNOWN;
    }

    private final Function<Caller, String> peers;
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
    private final SeriesTable<Fallback, Counter<Fallback>> fallbacks =
            new SeriesTable<>(
                    MOST_ROUTES, UnaryOperator.identity(), UnaryOperator.identity(), Counter::new);
    private final SeriesTable<Mirrored, Counter<Mirrored>> mirrored =
            new SeriesTable<>(
                    MOST_ROUTES, UnaryOperator.identity(), UnaryOperator.identity(), Counter::new);
    private final SeriesTable<Pipes, PipeTotals> pipes =
            new SeriesTable<>(
                    MOST_SERIES,
                    UnaryOperator.identity(),
                    key -> new Pipes(key.dir(), BoundedLabels.OTHER, BoundedLabels.OTHER, ""),
                    PipeTotals::new);
    private final RefusedInputs refused;
    private final LoggedRequests logged;
    private final RequestLabels labels = new RequestLabels();
    private volatile List<EjectedEndpoint> ejected = List.of();

    private long gaveWay;

    private final LastPeer last = new LastPeer();
    private RouteSeries.Key lastKey = new RouteSeries.Key(ServiceSide.INBOUND, "", "");
    private RouteSeries.Key lastService = lastKey;

    LoopMetrics(Function<Caller, String> peers, AccessLog log, Taps taps, Spans spans) {
        this.peers = peers;
        refused = new RefusedInputs(log);
        logged = new LoggedRequests(log, taps, spans);
    }

    private static SeriesTable<RequestLabels, Counter<RequestLabels>> labels() {
        return new SeriesTable<>(
                MOST_SERIES, RequestLabels::copy, RequestLabels::coarse, Counter::new);
    }

    @Override
    public boolean wantsFields(RequestReport request) {
        return logged.wantsFields(request);
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
        if (!request.emptyPool().isEmpty()) {
            Fallback fallback =
                    new Fallback(request.service(), request.route(), request.emptyPool());
            fallbacks.of(fallback).count++;
        }
        route(request).ended(request.endedNanos() - request.startedNanos(), good, request.trace());
        logged.add(request, good);
    }

    @Override
    public void attempted(AttemptReport attempt) {
        attempts.of(labels.set(attempt)).count++;
        logged.attempted(attempt);
    }

    @Override
    public void retried(RequestReport request, RetryOutcome outcome) {
        route(request).retried(outcome);
    }

    @Override
    public void hedged(RequestReport request, HedgeOutcome outcome) {
        route(request).hedged(outcome);
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
    public void shed(RequestReport request, Priority priority, boolean audit) {
        route(request).shed(priority, audit);
    }

    @Override
    public void mirrored(String service, String route, String pool, String result) {
        mirrored.of(new Mirrored(service, route, pool, result)).count++;
    }

    @Override
    public void inputRefused(InputReport input) {
        refused.add(input, peer(input.caller()));
    }

    @Override
    public void piped(PipeReport pipe) {
        String end =
                pipe.reason().isEmpty()
                        ? pipe.end().name().toLowerCase(Locale.ROOT)
                        : pipe.reason();
        PipeTotals totals =
                pipes.of(
                        new Pipes(
                                RequestLabels.word(pipe.direction()),
                                pipe.service(),
                                peer(pipe.caller()),
                                end));
        totals.count++;
        totals.requestBytes += pipe.requestBytes();
        totals.answerBytes += pipe.answerBytes();
    }

    @Override
    public void gaveWay() {
        gaveWay++;
    }

    @Override
    public void ejected(String service, String pool, String endpoint, long nanos) {
        List<EjectedEndpoint> now = new ArrayList<>(ejected);
        EjectedEndpoint one = new EjectedEndpoint(service, pool, endpoint);
        now.remove(one);
        if (nanos > 0) {
            now.add(one);
        }
        ejected = List.copyOf(now);
    }

    /** One object serves all requests of a connection. */
    @SuppressWarnings("ReferenceEquality")
    private String peer(Caller caller) {
        if (caller != last.caller) {
            last.caller = caller;
            last.label = peers.apply(caller);
        }
        return last.label;
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

    List<Counter<Mirrored>> mirrored() {
        return mirrored.all();
    }

    List<Counter<Fallback>> fallbacks() {
        return fallbacks.all();
    }

    List<Counter<RefusedInputs.Key>> refused() {
        return refused.all();
    }

    List<PipeTotals> pipes() {
        return pipes.all();
    }

    long gaveWayCount() {
        return gaveWay;
    }

    List<EjectedEndpoint> ejectedEndpoints() {
        return ejected;
    }
}
