package dev.asterism.l7.runtime;

import dev.asterism.l7.authz.Authorizer;
import dev.asterism.l7.authz.AuthzExplanation;
import dev.asterism.l7.config.PolicyText;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.match.RequestView;
import dev.asterism.l7.pool.EndpointSet;
import dev.asterism.l7.pool.PoolWatch;
import dev.asterism.l7.proxy.FilterSnapshot;
import dev.asterism.l7.proxy.Service;
import dev.asterism.l7.proxy.ServiceSide;
import dev.asterism.l7.proxy.TrafficPolicy;
import dev.asterism.l7.route.Route;
import dev.asterism.l7.route.RouteExplanation;
import dev.asterism.l7.route.RouteSpec;
import dev.asterism.l7.route.Split;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What would become of a request that nobody has sent, and why. Routes and rules are asked that decide about real ones,
 * in the same order; rates, breakers and what is under way are not looked at. Any thread.
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
            List<PoolChoice> pools,
            @Nullable PolicyTexts policy) {}

    /**
     * @param share of the requests, in percent
     */
    public record PoolChoice(String name, double share, EndpointSet endpoints) {}

    /** As a file would write them. */
    public record PolicyTexts(String timeout, String retry, String limit, String source) {}

    private final FilterSnapshot snapshot;
    private final Function<PoolWatch.Key, EndpointSet> endpoints;

    public RequestExplainer(
            FilterSnapshot snapshot, Function<PoolWatch.Key, EndpointSet> endpoints) {
        this.snapshot = snapshot;
        this.endpoints = endpoints;
    }

    /**
     * Null when no service answers to the name or host.
     */
    public @Nullable Explanation explain(Question question) {
        Service service = service(question);
        if (service == null) {
            return null;
        }
        RequestView view = new RequestView(snapshot.names());
        view.begin(head(question), question.from());
        List<String> rules = new ArrayList<>();
        boolean judgesPath = service.routes().looksAtPath() || service.rules().looksAtPath();
        if (judgesPath && !view.isPathClear()) {
            return refused(service, "400 bad_request: the path has " + view.pathFault(), rules);
        }
        if (isRefused(service.rules(), view, "", rules)) {
            return refused(service, "403, " + rules.getLast(), rules);
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
                    List.of(),
                    null);
        }
        return decided(service, route, routing.lines(), view, rules);
    }

    private Explanation decided(
            Service service,
            @Nullable Route route,
            List<String> routing,
            RequestView view,
            List<String> rules) {
        boolean refused =
                route != null && isRefused(route.rules(), view, route.name() + ": ", rules);
        List<PoolChoice> pools = route == null ? firstPool(service) : pools(service, route);
        String answer = refused ? "403, " + rules.getLast() : answer(route, pools);
        return new Explanation(
                service.name(),
                !refused && !answer.startsWith("5"),
                answer,
                rules,
                route == null ? "" : route.toString(),
                route == null ? List.of("the service has no routes") : routing,
                pools,
                policy(service, route));
    }

    private static String answer(@Nullable Route route, List<PoolChoice> pools) {
        if (route != null && route.answer() != null) {
            RouteSpec spec = route.spec();
            return spec.redirect() != null
                    ? spec.redirect().code() + " redirect, answered here"
                    : "answered here";
        }
        boolean empty = pools.stream().allMatch(pool -> pool.endpoints().entries().isEmpty());
        return empty ? "503 no_endpoint" : "goes to an endpoint of " + names(pools);
    }

    private static String names(List<PoolChoice> pools) {
        return String.join(" or ", pools.stream().map(PoolChoice::name).toList());
    }

    private static Explanation refused(Service service, String answer, List<String> rules) {
        return new Explanation(
                service.name(), false, answer, rules, "", List.of(), List.of(), null);
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
        String host = question.host().toLowerCase(Locale.ROOT);
        return snapshot.services().stream()
                .filter(service -> !service.isInbound())
                .filter(
                        service ->
                                host.equals(service.name())
                                        || host.equals(service.name() + ".mesh")
                                        || service.spec().hosts().contains(host))
                .findFirst()
                .orElse(null);
    }

    private List<PoolChoice> firstPool(Service service) {
        String name = service.spec().pools().firstEntry().getKey();
        return List.of(choice(service, name, 100));
    }

    private List<PoolChoice> pools(Service service, Route route) {
        List<Split.Branch> branches = route.split().branches();
        int all = branches.stream().mapToInt(Split.Branch::weight).sum();
        return branches.stream()
                .filter(branch -> branch.weight() > 0)
                .map(branch -> choice(service, branch.pool(), 100.0 * branch.weight() / all))
                .toList();
    }

    private PoolChoice choice(Service service, String pool, double share) {
        PoolWatch.Key key = new PoolWatch.Key(service.isInbound(), service.name(), pool);
        return new PoolChoice(pool, share, endpoints.apply(key));
    }

    private static PolicyTexts policy(Service service, @Nullable Route route) {
        RouteSpec own =
                route == null || route.policy() == RouteSpec.OF_SERVICE ? null : route.spec();
        TrafficPolicy policy =
                own == null
                        ? service.spec().traffic()
                        : service.spec().ofRoutes().get(own.policy());
        return new PolicyTexts(
                PolicyText.of(policy.timeout()),
                PolicyText.of(policy.retry()),
                policy.limit().isNone() ? "none" : PolicyText.of(policy.limit()),
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
