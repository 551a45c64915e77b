package dev.asterism.l7.proxy;

import dev.asterism.l7.authz.Authorizer;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.identity.TraceHeaders;
import dev.asterism.l7.pool.PoolSpec;
import dev.asterism.l7.pool.PoolWatch;
import dev.asterism.l7.retry.ReplayQuota;
import dev.asterism.l7.route.RouteFinding;
import dev.asterism.l7.route.Routes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that the loops know of a configuration: one object, handed to each. Immutable, but for counters that all loops
 * share, which go over from one snapshot to the next.
 */
public final class FilterSnapshot {

    private static final String MESH = ".mesh";

    private final FilterSpec spec;
    private final FieldNames names;
    private final Map<String, Service> inbound = new LinkedHashMap<>();
    private final Map<String, Service> outbound = new LinkedHashMap<>();
    private final HostTable<Service> hosts;
    private final ReplayQuota replay;

    private FilterSnapshot(FilterSpec spec, @Nullable FilterSnapshot previous, long nowNanos) {
        this.spec = spec;
        names = FieldNames.with(fieldNames(spec));
        replay =
                previous == null
                        ? ReplayQuota.ofHeap(Runtime.getRuntime().maxMemory())
                        : previous.replay;
        Map<String, Service> byHost = new HashMap<>();
        for (ServiceSpec service : spec.services()) {
            Service before =
                    previous == null ? null : previous.service(service.direction(), service.name());
            Service made = new Service(service, names, before, nowNanos);
            of(service.direction()).put(service.name(), made);
            if (!made.isInbound()) {
                byHost.put(service.name(), made);
                byHost.put(service.name() + MESH, made);
                service.hosts().forEach(host -> byHost.put(host, made));
            }
        }
        hosts = new HostTable<>(byHost);
    }

    /**
     * @param previous in use until now; null: none
     * @param nowNanos of the loops' clock
     * @throws IllegalArgumentException when a rule can never hold as it is written
     */
    public static FilterSnapshot of(
            FilterSpec spec, @Nullable FilterSnapshot previous, long nowNanos) {
        return new FilterSnapshot(spec, previous, nowNanos);
    }

    private static Set<String> fieldNames(FilterSpec spec) {
        Set<String> names = new LinkedHashSet<>(TraceHeaders.NAMES);
        for (ServiceSpec service : spec.services()) {
            names.addAll(Routes.fieldNames(service.routes()));
            names.addAll(Authorizer.fieldNames(service.rules()));
            if (!service.upstream().balance().header().isEmpty()) {
                names.add(service.upstream().balance().header());
            }
        }
        return names;
    }

    private Map<String, Service> of(ServiceSide side) {
        return side == ServiceSide.INBOUND ? inbound : outbound;
    }

    public FilterSpec spec() {
        return spec;
    }

    public FieldNames names() {
        return names;
    }

    public @Nullable Service service(ServiceSide side, String name) {
        return of(side).get(name);
    }

    /** All, inbound first. */
    public List<Service> services() {
        List<Service> all = new ArrayList<>(inbound.values());
        all.addAll(outbound.values());
        return all;
    }

    /** The outbound service that answers to a host, in lower case and without a port. */
    public @Nullable Service byHost(byte[] host, int length) {
        return hosts.find(host, length);
    }

    /** Memory for the bodies of all requests that may be sent again. */
    public ReplayQuota replay() {
        return replay;
    }

    /** What is wrong with routes; none of these is an error when the configuration was checked. */
    public List<RouteFinding> findings() {
        return services().stream().flatMap(service -> service.findings().stream()).toList();
    }

    /** The pools to be watched. */
    public Map<PoolWatch.Key, PoolSpec> pools() {
        Map<PoolWatch.Key, PoolSpec> pools = new LinkedHashMap<>();
        for (Service service : services()) {
            service.spec()
                    .pools()
                    .forEach(
                            (name, pool) ->
                                    pools.put(
                                            new PoolWatch.Key(
                                                    service.isInbound(), service.name(), name),
                                            pool));
        }
        return pools;
    }
}
