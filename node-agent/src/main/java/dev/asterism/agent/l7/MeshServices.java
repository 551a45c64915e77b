package dev.asterism.agent.l7;

import dev.asterism.agent.service.ControlPlaneCall;
import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.health.HealthCheck;
import dev.asterism.l7.pool.PoolSpec;
import dev.asterism.l7.proxy.ServiceSpec;
import dev.asterism.lighthouse.Discovery;
import dev.asterism.lighthouse.services.ServiceExchange;
import dev.asterism.lighthouse.services.ServicesView;
import dev.asterism.overlay.discovery.OfferedService;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.ControlCommand;
import dev.asterism.overlay.node.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node offers to others through the lighthouse, with what its own checks say, and what it asks for. The
 * control plane is told at once of a change, and again whenever it is looked at. Any thread.
 */
final class MeshServices implements HealthCheck.Listener {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

    /** For a lighthouse that does not answer. */
    private static final Duration MOST_LEAVING = Duration.ofMillis(300);

    /** Callers look every half second at what they were told, and are told at most 200 ms later. */
    private static final Duration CALLERS_LOOK = Duration.ofMillis(800);

    private static final long LOOK_NANOS = 10_000_000;

    private final Node node;
    private final Discovery discovery;

    /** By service, what the last check that changed something said; empty: it is well. */
    private final Map<String, String> faults = new ConcurrentHashMap<>();

    private volatile List<ServiceSpec> advertised = List.of();
    private volatile Set<String> wanted = Set.of();

    MeshServices(Node node, Discovery discovery) {
        this.node = node;
        this.discovery = discovery;
    }

    /** What the files say, from now on. */
    void apply(FilterConfig config) {
        List<ServiceSpec> offered = new ArrayList<>();
        Set<String> called = new TreeSet<>();
        for (ServiceSpec service : config.services()) {
            if (service.offer().advertised()) {
                offered.add(service);
            }
            for (PoolSpec pool : service.pools().values()) {
                if (pool instanceof PoolSpec.Advertised of) {
                    called.add(of.service());
                }
            }
        }
        faults.keySet().retainAll(offered.stream().map(ServiceSpec::name).toList());
        advertised = List.copyOf(offered);
        wanted = Set.copyOf(called);
        tell();
    }

    @Override
    public void health(String service, boolean well, String why) {
        String before = faults.put(service, why);
        if (well && before != null) {
            LOG.atInfo()
                    .setMessage("L7 filter: application is healthy again")
                    .addKeyValue("service", service)
                    .log();
        } else if (!well) {
            LOG.atWarn()
                    .setMessage("L7 filter: application is unhealthy")
                    .addKeyValue("service", service)
                    .addKeyValue("reason", why)
                    .log();
        }
        tell();
    }

    /** What the check of a service of this node has said last; empty: it is well. */
    String fault(String service) {
        return faults.getOrDefault(service, "not checked yet");
    }

    void withdraw() {
        advertised = List.of();
        tell();
    }

    /** Others are told that nothing is offered any more; returns when callers go elsewhere, or soon in any case. */
    void leave() {
        if (advertised.isEmpty()) {
            return;
        }
        withdraw();
        long begun = System.nanoTime();
        boolean taken = false;
        while (!taken && System.nanoTime() - begun < MOST_LEAVING.toNanos()) {
            LockSupport.parkNanos(LOOK_NANOS);
            Boolean all = ControlPlaneCall.ask(node, MOST_LEAVING, this::isTakenByAll);
            taken = Boolean.TRUE.equals(all);
        }
        if (taken) {
            LockSupport.parkNanos(CALLERS_LOOK.toNanos());
        }
    }

    /** Nothing is offered and nothing asked for any more. */
    void forget() {
        wanted = Set.of();
        withdraw();
    }

    private void tell() {
        // When its queue is full the next look tells it.
        boolean _ = node.commands().offer(new ControlCommand.Call(this::exchange));
    }

    /** Before the first answers nothing is said; what was said before the filter was made anew holds. */
    private boolean isChecked() {
        return advertised.stream().allMatch(service -> faults.containsKey(service.name()));
    }

    private List<OfferedService> offers() {
        List<OfferedService> offers = new ArrayList<>();
        for (ServiceSpec service : advertised) {
            offers.add(
                    new OfferedService(
                            service.name(),
                            service.offer().version(),
                            service.port(),
                            service.offer().weight(),
                            fault(service.name()).isEmpty()));
        }
        return offers;
    }

    /** Tells discovery, and learns what it knows. Control plane's thread only. */
    ServicesView exchange(Tick now) {
        List<OfferedService> offers = offers();
        Set<String> called = wanted;
        boolean unused = offers.isEmpty() && called.isEmpty();
        if (unused && discovery.servicesOrNull() == null) {
            return ServicesView.NOTHING;
        }
        ServiceExchange services = discovery.services(now);
        if (isChecked()) {
            services.offer(offers, now);
        }
        services.want(called, now);
        return services.view(now);
    }

    /** Says what is offered, if need be, and whether each lighthouse goes by it. Control plane's thread only. */
    boolean isTakenByAll(Tick now) {
        ServicesView _ = exchange(now);
        ServiceExchange services = discovery.servicesOrNull();
        return services == null || services.isTakenByAll();
    }
}
