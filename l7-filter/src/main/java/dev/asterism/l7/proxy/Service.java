package dev.asterism.l7.proxy;

import dev.asterism.l7.authz.Authorizer;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.limit.Gauge;
import dev.asterism.l7.limit.MaxPolicy;
import dev.asterism.l7.retry.BudgetPolicy;
import dev.asterism.l7.retry.RetryBudget;
import dev.asterism.l7.route.RouteFinding;
import dev.asterism.l7.route.RouteSpec;
import dev.asterism.l7.route.Routes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ServiceSpec} compiled. Immutable, but for what all loops count together: the budget of retries, what is
 * under way, and rates; these outlive a change of the configuration.
 */
public final class Service {

    private final ServiceSpec spec;
    private final Routes routes;
    private final List<RouteFinding> findings;
    private final Authorizer rules;
    private final CallPolicy policy;
    private final List<CallPolicy> ofRoutes = new ArrayList<>();
    private final int balanceHeader;
    private final RetryBudget budget;
    private final Gauge connections;
    private final Gauge pending;
    private final Gauge requests;

    /** @param names with all that the configuration mentions */
    Service(ServiceSpec spec, FieldNames names, @Nullable Service previous, long nowNanos) {
        this.spec = spec;
        Routes.Compiled compiled = Routes.compile(spec.routes(), names);
        routes = compiled.routes();
        findings = compiled.findings();
        rules = Authorizer.of(spec.rules(), names);
        policy =
                new CallPolicy(spec.traffic(), previous == null ? null : previous.policy, nowNanos);
        for (int i = 0; i < spec.ofRoutes().size(); i++) {
            CallPolicy before = previous == null ? null : previous.ofRoute(i);
            ofRoutes.add(new CallPolicy(spec.ofRoutes().get(i), before, nowNanos));
        }
        String header = spec.upstream().balance().header();
        balanceHeader = header.isEmpty() ? FieldNames.OTHER : names.idOf(header);
        MaxPolicy max = spec.upstream().max();
        if (previous == null) {
            connections = new Gauge(max.connections());
            pending = new Gauge(max.pending());
            requests = new Gauge(max.requests());
        } else {
            connections = previous.connections;
            pending = previous.pending;
            requests = previous.requests;
            connections.most(max.connections());
            pending.most(max.pending());
            requests.most(max.requests());
        }
        budget = budget(spec.traffic().retry().budget(), previous);
    }

    private static RetryBudget budget(BudgetPolicy policy, @Nullable Service previous) {
        if (previous != null && previous.budget.policy().equals(policy)) {
            return previous.budget;
        }
        return new RetryBudget(policy);
    }

    private @Nullable CallPolicy ofRoute(int index) {
        return index < ofRoutes.size() ? ofRoutes.get(index) : null;
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

    CallPolicy policy(int ofRoute) {
        return ofRoute == RouteSpec.OF_SERVICE ? policy : ofRoutes.get(ofRoute);
    }

    /** Number of the field whose value is hashed, {@link FieldNames#OTHER}: none. */
    int balanceHeader() {
        return balanceHeader;
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

    long patienceNanos() {
        return spec.upstream().max().patience().toNanos();
    }
}
