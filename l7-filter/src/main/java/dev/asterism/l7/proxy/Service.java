package dev.asterism.l7.proxy;

import dev.asterism.l7.authz.Authorizer;
import dev.asterism.l7.breaker.Ejections;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.limit.CallerShares;
import dev.asterism.l7.limit.CallerShares.Share;
import dev.asterism.l7.limit.Gauge;
import dev.asterism.l7.limit.MaxPolicy;
import dev.asterism.l7.limit.Overload;
import dev.asterism.l7.limit.OverloadPolicy;
import dev.asterism.l7.limit.RateLimiter;
import dev.asterism.l7.match.MatchSpec;
import dev.asterism.l7.pool.PoolSpec;
import dev.asterism.l7.proxy.Waiting.Lack;
import dev.asterism.l7.retry.BudgetPolicy;
import dev.asterism.l7.retry.HedgeAccount;
import dev.asterism.l7.retry.RetryBudget;
import dev.asterism.l7.rollout.Rollout;
import dev.asterism.l7.rollout.RolloutKey;
import dev.asterism.l7.rollout.RolloutSpec;
import dev.asterism.l7.route.RouteFinding;
import dev.asterism.l7.route.RouteSpec;
import dev.asterism.l7.route.Routes;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ServiceSpec} compiled. Immutable, but for what all loops know together: the budget of retries, what is
 * under way, rates, and which endpoints are ejected. These outlive a change of the configuration: they belong to the
 * service by its name, to the pool by its name, and to a route by what it matches, wherever the lines are by then.
 */
public final class Service {

    private final ServiceSpec spec;
    private final Routes routes;
    private final List<RouteFinding> findings;
    private final Authorizer rules;
    private final CallPolicy policy;
    private final List<CallPolicy> ofRoutes = new ArrayList<>();
    private final Map<MatchSpec, CallPolicy> byMatch = new HashMap<>();
    private final Map<String, Ejections> ejections = new LinkedHashMap<>();
    private final int balanceHeader;
    private final RetryBudget budget;
    private final Gauge connections;
    private final Gauge pending;
    private final Gauge requests;
    private final @Nullable CallerShares shares;
    private final @Nullable Overload overload;
    private final Map<String, Rollout> rollouts = new LinkedHashMap<>();

    /** @param names with all that the configuration mentions */
    Service(ServiceSpec spec, FieldNames names, @Nullable Service previous, long nowNanos) {
        this.spec = spec;
        Routes.Compiled compiled =
                Routes.compile(spec.routes(), names, route -> rollout(route, previous));
        routes = compiled.routes();
        findings = compiled.findings();
        rules = Authorizer.of(spec.rules(), names);
        policy =
                new CallPolicy(spec.traffic(), previous == null ? null : previous.policy, nowNanos);
        compilePolicies(previous, nowNanos);
        for (String pool : spec.pools().keySet()) {
            Ejections known = previous == null ? null : previous.ejections.get(pool);
            ejections.put(pool, known == null ? new Ejections() : known);
        }
        String header = spec.upstream().balance().header();
        balanceHeader = header.isEmpty() ? FieldNames.OTHER : names.idOf(header);
        MaxPolicy max = spec.upstream().max();
        if (previous == null) {
            shares = isInbound() ? new CallerShares(nowNanos) : null;
            connections = new Gauge(max.connections());
            pending = new Gauge(max.pending());
            requests = new Gauge(max.requests());
        } else {
            shares = previous.shares;
            connections = previous.connections;
            pending = previous.pending;
            requests = previous.requests;
            connections.most(max.connections());
            pending.most(max.pending());
        }
        overload = overload(spec.upstream(), previous, nowNanos);
        budget = budget(spec.traffic().retry().budget(), previous);
        applyPlaces();
    }

    /** Null: the route has none. A route that is written twice has one, though only the first gets requests. */
    private @Nullable Rollout rollout(RouteSpec route, @Nullable Service previous) {
        RolloutSpec wanted = route.rollout();
        if (wanted == null) {
            return null;
        }
        PoolSpec pool = spec.pools().get(wanted.pool());
        String members = pool == null ? "" : pool.members();
        String key = RolloutKey.of(spec.name(), route.match().toString(), members, wanted);
        return rollouts.computeIfAbsent(key, _ -> rollout(key, wanted, previous));
    }

    /** One that says the same goes on. */
    private static Rollout rollout(String key, RolloutSpec wanted, @Nullable Service previous) {
        Rollout known = previous == null ? null : previous.rollouts.get(key);
        if (known == null) {
            return new Rollout(key, wanted);
        }
        known.movedTo(wanted);
        return known;
    }

    /** What the limit has learnt outlives a change of other things. */
    private @Nullable Overload overload(
            UpstreamPolicy upstream, @Nullable Service previous, long nowNanos) {
        OverloadPolicy policy = upstream.overload();
        Overload known = previous == null ? null : previous.overload;
        int most = upstream.max().requests();
        return policy.adaptive() ? new Overload(policy, requests, most, known, nowNanos) : null;
    }

    /** A loop that still had the previous configuration may have set its number of places since. */
    void applyPlaces() {
        if (overload != null) {
            overload.apply();
        } else {
            requests.most(spec.upstream().max().requests());
        }
    }

    private static RetryBudget budget(BudgetPolicy policy, @Nullable Service previous) {
        if (previous != null && previous.budget.policy().equals(policy)) {
            return previous.budget;
        }
        return new RetryBudget(policy);
    }

    private void compilePolicies(@Nullable Service previous, long nowNanos) {
        Map<Integer, MatchSpec> matches = new HashMap<>();
        for (RouteSpec route : spec.routes()) {
            matches.putIfAbsent(route.policy(), route.match());
        }
        for (int i = 0; i < spec.ofRoutes().size(); i++) {
            MatchSpec match = matches.get(i);
            CallPolicy before =
                    previous == null || match == null ? null : previous.byMatch.get(match);
            CallPolicy made = new CallPolicy(spec.ofRoutes().get(i), before, nowNanos);
            ofRoutes.add(made);
            if (match != null) {
                // Of two routes with the same match the second gets no request.
                byMatch.putIfAbsent(match, made);
            }
        }
    }

    public ServiceSpec spec() {
        return spec;
    }

    public String name() {
        return spec.name();
    }

    public boolean isInbound() {
        return spec.direction() == ServiceSide.INBOUND;
    }

    public Routes routes() {
        return routes;
    }

    /** What is wrong with its routes. */
    public List<RouteFinding> findings() {
        return findings;
    }

    public Authorizer rules() {
        return rules;
    }

    /**
     * Null: nothing is limited there.
     *
     * @param ofRoute {@link RouteSpec#OF_SERVICE} or a route's place
     */
    public @Nullable RateLimiter limiter(int ofRoute) {
        return policy(ofRoute).limiter();
    }

    /**
     * Null: no second copies are sent.
     *
     * @param ofRoute {@link RouteSpec#OF_SERVICE} or a route's place
     */
    public @Nullable HedgeAccount hedge(int ofRoute) {
        return isInbound() ? null : policy(ofRoute).hedge();
    }

    CallPolicy policy(int ofRoute) {
        return ofRoute == RouteSpec.OF_SERVICE ? policy : ofRoutes.get(ofRoute);
    }

    /** Number of the field whose value is hashed, {@link FieldNames#OTHER}: none. */
    int balanceHeader() {
        return balanceHeader;
    }

    /** Which endpoints of one of its pools are ejected, on all loops. */
    public Ejections ejections(String pool) {
        return Objects.requireNonNull(ejections.get(pool), pool);
    }

    /** Its retries, over all routes and loops. */
    public RetryBudget budget() {
        return budget;
    }

    public Gauge connections() {
        return connections;
    }

    /** Requests that wait. */
    public Gauge pending() {
        return pending;
    }

    /** Requests that are at an endpoint, or between two attempts. */
    public Gauge requests() {
        return requests;
    }

    /** How callers share its places; null: the caller is this node itself. */
    public @Nullable CallerShares shares() {
        return shares;
    }

    /** Null: the places are those of {@code max}. */
    public @Nullable Overload overload() {
        return overload;
    }

    /** Of the service as a whole; null: no rate is set. */
    public @Nullable RateLimiter limiter() {
        return policy.limiter();
    }

    /** So many requests may be at its endpoints when each that speaks this needs a connection, or none does. */
    int places(UpstreamProtocol protocol) {
        return protocol == UpstreamProtocol.HTTP_2
                ? requests.most()
                : Math.min(requests.most(), connections.most());
    }

    /**
     * Takes a place for one more request. The last places ({@link CallerShares#forFew}) are not for a caller with many
     * requests. False: there is none for it.
     *
     * @param share of its caller, with this request; null: callers do not share
     */
    boolean tryPlace(@Nullable Share share) {
        return share == null ? requests.tryTake() : requests.tryTake(share.within(requests.most()));
    }

    /** How many connections may be open, including a new one for this caller. */
    int connectionsFor(Caller caller, long nowNanos) {
        int most = connections.most();
        return shares == null ? most : shares.of(caller, nowNanos).within(most);
    }

    /** Whether all places or all connections are taken, apart from those for callers with few. */
    boolean isFull() {
        return isFull(requests) || isFull(connections);
    }

    private boolean isFull(Gauge of) {
        int forFew = shares == null ? 0 : CallerShares.forFew(of.most());
        return of.count() >= of.most() - forFew;
    }

    /**
     * How long a client may stand still while requests lack a place.
     *
     * @param overShare its caller has more than its even share
     */
    public static Duration stillTime(boolean overShare) {
        return Duration.ofNanos(overShare ? IdlePlaces.GREEDY_NANOS : IdlePlaces.ANYBODY_NANOS);
    }

    /** How long a request waits that lacks this. */
    long patienceNanos(Lack lack) {
        long most = spec.upstream().max().patience().toNanos();
        return lack == Lack.ENDPOINT || overload == null || !overload.sheds()
                ? most
                : Math.min(most, overload.policy().patience().toNanos());
    }
}
