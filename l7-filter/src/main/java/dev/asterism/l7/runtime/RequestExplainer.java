package dev.asterism.l7.runtime;

import dev.asterism.l7.authz.Authorizer;
import dev.asterism.l7.authz.AuthzExplanation;
import dev.asterism.l7.config.PolicyText;
import dev.asterism.l7.exchange.RequestKind;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.IdentityHeaders;
import dev.asterism.l7.limit.RateLimiter;
import dev.asterism.l7.match.RequestView;
import dev.asterism.l7.pool.EndpointSet;
import dev.asterism.l7.pool.PeerDirectory;
import dev.asterism.l7.pool.PoolWatch;
import dev.asterism.l7.proxy.FilterSnapshot;
import dev.asterism.l7.proxy.Service;
import dev.asterism.l7.proxy.ServiceSide;
import dev.asterism.l7.proxy.TrafficPolicy;
import dev.asterism.l7.retry.DeadlineFields;
import dev.asterism.l7.route.Route;
import dev.asterism.l7.route.RouteExplanation;
import dev.asterism.l7.route.RouteSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What would become of a request, and why, without sending it. What decides about real requests is asked, in the same
 * order: service, deadline, rules, rates, routes, faults, splits, endpoints. What is under way is reported and does
 * not change the answer. Any thread.
 */
public final class RequestExplainer {

    /**
     * A request.
     *
     * @param service by name; empty: the host names it
     * @param host without a port; may be empty when the service is given
     * @param target path and query
     * @param headers name and value
     */
    public record Question(
            String service,
            Caller from,
            String method,
            String host,
            String target,
            List<Header> headers) {

        public Question {
            headers = List.copyOf(headers);
        }
    }

    /** A field of a request. */
    public record Header(String name, String value) {}

    /**
     * What would become of it.
     *
     * @param answer in one sentence
     * @param rules what rules of the service and of the route say
     * @param route with its place; empty: none
     * @param routing why this route
     * @param notes what rates, faults, empty pools and ejected endpoints do to such requests
     * @param pools where it may go, with the endpoints known at the moment
     * @param policy of the service or of the route; null: it did not get so far
     */
    public record Explanation(
            String service,
            boolean passes,
            String answer,
            List<String> rules,
            String route,
            List<String> routing,
            List<String> notes,
            List<PoolChoice> pools,
            @Nullable PolicyTexts policy) {}

    /**
     * @param share of the requests, in percent
     */
    public record PoolChoice(String name, double share, EndpointSet endpoints) {}

    /**
     * As a file would write them.
     *
     * @param places what {@code max} does to such requests, and how many are under way
     */
    public record PolicyTexts(
            String timeout,
            String retry,
            String hedge,
            String limit,
            List<String> places,
            String source) {}

    private final FilterSnapshot snapshot;
    private final Function<PoolWatch.Key, EndpointSet> endpoints;
    private final Function<String, PeerDirectory.Told> told;

    /** Where every advertised service is told of, and nobody left out. */
    public RequestExplainer(
            FilterSnapshot snapshot, Function<PoolWatch.Key, EndpointSet> endpoints) {
        this(snapshot, endpoints, _ -> PeerDirectory.Told.ALL);
    }

    /**
     * @param told what lighthouses tell of a service
     */
    public RequestExplainer(
            FilterSnapshot snapshot,
            Function<PoolWatch.Key, EndpointSet> endpoints,
            Function<String, PeerDirectory.Told> told) {
        this.snapshot = snapshot;
        this.endpoints = endpoints;
        this.told = told;
    }

    /**
     * Null when there is no service of that name, or neither name nor host.
     *
     * @param nowNanos of the loops' clock
     */
    public @Nullable Explanation explain(Question question, long nowNanos) {
        Service service = service(question);
        if (service == null) {
            boolean nameless = question.service().isEmpty() && !question.host().isEmpty();
            return nameless ? nobody(question.host()) : null;
        }
        RequestView view = new RequestView(snapshot.names());
        Head head = head(question);
        view.begin(head, question.from());
        long left = DeadlineFields.nanos(head);
        if (service.isInbound()) {
            IdentityHeaders.strip(head);
        }
        DeadlineFields.remove(head);
        List<String> rules = new ArrayList<>();
        if (left <= 0) {
            return refused(service, "504 deadline: the caller's time is over", rules, List.of());
        }
        boolean judgesPath = service.routes().looksAtPath() || service.rules().looksAtPath();
        if (judgesPath && !view.isPathClear()) {
            String answer = "400 bad_request: the path has " + view.pathFault();
            return refused(service, answer, rules, List.of());
        }
        var traffic =
                new TrafficExplainer(
                        question.from(),
                        RequestKind.isGrpc(head),
                        nowNanos,
                        System.currentTimeMillis());
        String refusal = pass(service.rules(), RouteSpec.OF_SERVICE, service, view, traffic, rules);
        if (!refusal.isEmpty()) {
            return refused(service, refusal, rules, traffic.notes());
        }
        RouteExplanation routing = service.routes().explain(view);
        Route route = routing.route();
        if (route == null && !service.routes().isEmpty()) {
            return new Explanation(
                    service.name(),
                    false,
                    "404 no_route",
                    rules,
                    "",
                    routing.lines(),
                    traffic.notes(),
                    List.of(),
                    null);
        }
        var to = new DestinationExplainer(service, view, nowNanos, endpoints, told);
        return decided(service, routing, view, traffic, to, rules);
    }

    private Explanation decided(
            Service service,
            RouteExplanation routing,
            RequestView view,
            TrafficExplainer traffic,
            DestinationExplainer to,
            List<String> rules) {
        Route route = routing.route();
        String answer = "";
        if (route != null) {
            answer = pass(route.rules(), route.policy(), service, view, traffic, rules);
            answer = answer.isEmpty() ? traffic.fault(route) : answer;
        }
        if (answer.isEmpty()) { // what follows happens to requests that go on
            traffic.goesOn(service, route, index(route), view.head());
        }
        boolean passes = answer.isEmpty();
        if (passes && route != null && route.answer() != null) {
            answer = ownAnswer(route.spec());
        } else {
            String goes = to.explain(route);
            passes &= !goes.startsWith("5");
            answer = answer.isEmpty() ? goes : answer;
        }
        List<String> notes = new ArrayList<>(traffic.notes());
        notes.addAll(to.notes());
        return new Explanation(
                service.name(),
                passes,
                answer,
                rules,
                route == null ? "" : route.toString(),
                route == null ? List.of("the service has no routes") : routing.lines(),
                notes,
                to.pools(),
                policy(service, view.caller(), route));
    }

    /** The rules and the rate of a service or of a route; empty: it passes both. */
    private static String pass(
            Authorizer rules,
            int policy,
            Service service,
            RequestView view,
            TrafficExplainer traffic,
            List<String> said) {
        boolean ofRoute = rules != service.rules();
        if (isRefused(rules, view, ofRoute ? "of the route: " : "", said)) {
            return "403, " + said.getLast();
        }
        boolean asked = ofRoute && policy == RouteSpec.OF_SERVICE;
        RateLimiter limiter = asked ? null : service.limiter(policy);
        if (limiter == null) {
            return "";
        }
        return traffic.rate(limiter, configured(service, policy).limit().source());
    }

    private static TrafficPolicy configured(Service service, int policy) {
        return policy == RouteSpec.OF_SERVICE
                ? service.spec().traffic()
                : service.spec().ofRoutes().get(policy);
    }

    private static String ownAnswer(RouteSpec spec) {
        return spec.redirect() != null
                ? spec.redirect().code() + " redirect, answered here"
                : "answered here";
    }

    private Explanation nobody(String host) {
        List<String> hosts =
                snapshot.services().stream()
                        .filter(service -> !service.isInbound())
                        .map(Service::name)
                        .toList();
        return new Explanation(
                "",
                false,
                "404 no_route, as no service answers to the host \"" + host + "\"",
                List.of(),
                "",
                List.of(
                        hosts.isEmpty()
                                ? "there are no services"
                                : "services are " + String.join(", ", hosts)),
                List.of(),
                List.of(),
                null);
    }

    private static Explanation refused(
            Service service, String answer, List<String> rules, List<String> notes) {
        return new Explanation(
                service.name(), false, answer, rules, "", List.of(), notes, List.of(), null);
    }

    /** Adds what the rules say; false also when they only count. */
    private static boolean isRefused(
            Authorizer rules, RequestView view, String prefix, List<String> into) {
        if (rules.isEmpty()) {
            return false;
        }
        AuthzExplanation said = rules.explain(view);
        into.add(prefix + said.text());
        return said.verdict() != Authorizer.Verdict.PASS && !rules.isAudit();
    }

    private @Nullable Service service(Question question) {
        String name = question.service();
        if (!name.isEmpty()) {
            Service inbound = snapshot.service(ServiceSide.INBOUND, name);
            return inbound != null ? inbound : snapshot.service(ServiceSide.OUTBOUND, name);
        }
        byte[] host = bytes(question.host().toLowerCase(Locale.ROOT));
        return snapshot.byHost(host, host.length);
    }

    private static int index(@Nullable Route route) {
        return route == null ? RouteSpec.OF_SERVICE : route.policy();
    }

    private static PolicyTexts policy(Service service, Caller from, @Nullable Route route) {
        int index = index(route);
        TrafficPolicy policy = configured(service, index);
        RouteSpec own = route == null || index == RouteSpec.OF_SERVICE ? null : route.spec();
        return new PolicyTexts(
                PolicyText.of(policy.timeout()),
                PolicyText.of(policy.retry()),
                policy.hedge().isNone() || service.isInbound()
                        ? "none"
                        : PolicyText.of(policy.hedge()),
                policy.limit().isNone() ? "none" : PolicyText.of(policy.limit()),
                route != null && route.answer() != null
                        ? List.of()
                        : PlacesExplainer.lines(service, from),
                own == null ? service.spec().source() : own.source());
    }

    private static Head head(Question question) {
        Head head = new Head();
        head.clearForOwn();
        part(head, Head.METHOD, question.method());
        part(head, Head.PATH, question.target());
        part(head, Head.AUTHORITY, question.host());
        for (Header header : question.headers()) {
            head.addField(bytes(header.name().toLowerCase(Locale.ROOT)), bytes(header.value()), 0);
        }
        return head;
    }

    private static void part(Head head, int part, String text) {
        byte[] b = bytes(text);
        head.part(part, head.append(b, 0, b.length), b.length);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
