package dev.asterism.l7.config;

import dev.asterism.l7.config.FilterConfig.Listen;
import dev.asterism.l7.config.FilterConfig.NamedGroup;
import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.identity.SelectorException;
import dev.asterism.l7.pool.PoolSpec;
import dev.asterism.l7.proxy.ServiceSide;
import dev.asterism.l7.proxy.ServiceSpec;
import dev.asterism.overlay.config.Section;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What only shows when several services are seen together. */
final class FilterChecks {

    private final Section l7;
    private final List<NamedGroup> groups = new ArrayList<>();

    FilterChecks(Section l7) {
        this.l7 = l7;
    }

    void check(List<ServiceSpec> services, List<Listen> listen) {
        checkPorts(services);
        checkLoops(services, listen);
        checkHosts(services);
        checkFailure();
        checkOverload(services);
        OfferReader.check(l7, services);
        l7.named("serve").values().forEach(this::collectServe);
        l7.named("services").values().forEach(this::collectService);
    }

    private void checkOverload(List<ServiceSpec> services) {
        Map<String, Section> written = l7.named("serve");
        for (ServiceSpec service : services) {
            Section section = written.get(service.name());
            if (service.direction() == ServiceSide.INBOUND && section != null) {
                OverloadChecks.check(section, service);
            }
        }
    }

    /** Says that rules do not hold while the filter does not answer, unless {@code on_failure} is set. */
    private void checkFailure() {
        if (l7.has("on_failure")) {
            return;
        }
        for (Section serve : l7.named("serve").values()) {
            String key = keyOfRules(serve);
            if (!key.isEmpty()) {
                serve.notice(
                        key,
                        "while the filter does not answer, its rules do not hold (on_failure: open)",
                        "on_failure: closed refuses connections instead");
                return;
            }
        }
    }

    /** Empty without rules. */
    private static String keyOfRules(Section serve) {
        if (serve.has("allow")) {
            return "allow";
        }
        if (serve.has("deny")) {
            return "deny";
        }
        boolean ofRoutes =
                serve.sections("routes").stream()
                        .anyMatch(route -> route.has("allow") || route.has("deny"));
        return ofRoutes ? "routes" : "";
    }

    private void checkPorts(List<ServiceSpec> services) {
        Map<Integer, ServiceSpec> byPort = new LinkedHashMap<>();
        Map<String, Section> written = l7.named("serve");
        for (ServiceSpec service : services) {
            if (service.direction() == ServiceSide.INBOUND) {
                ServiceSpec other = byPort.putIfAbsent(service.port(), service);
                Section section = written.get(service.name());
                if (other != null && section != null) {
                    section.error(
                            "port",
                            "port %d is served by %s already (%s)"
                                    .formatted(service.port(), other.name(), other.source()),
                            "one port leads to one application; split it by routes");
                }
            }
        }
    }

    /** A service whose requests would come back to where its callers send them. */
    private void checkLoops(List<ServiceSpec> services, List<Listen> listen) {
        Map<String, Section> written = l7.named("services");
        for (ServiceSpec service : services) {
            Section section = written.get(service.name());
            if (service.direction() == ServiceSide.OUTBOUND && section != null) {
                service.pools()
                        .forEach(
                                (name, pool) -> {
                                    Section at = section.named("pools").get(name);
                                    checkLoops(
                                            at == null ? section.section("pool") : at,
                                            pool,
                                            listen);
                                });
            }
        }
    }

    private static void checkLoops(Section at, PoolSpec pool, List<Listen> listen) {
        if (!(pool instanceof PoolSpec.Static fixed)) {
            return;
        }
        List<PoolSpec.Target> targets = fixed.targets();
        for (int i = 0; i < targets.size(); i++) {
            for (Listen own : listen) {
                if (leadsTo(own, targets.get(i).address())) {
                    at.error(
                            "static",
                            i,
                            "`%s` is where this filter listens, so requests would come back for ever"
                                    .formatted(own.text()),
                            "name the application's address");
                }
            }
        }
    }

    /** Endpoints at paths cannot be written. */
    private static boolean leadsTo(Listen own, SocketAddress target) {
        return own instanceof Listen.Tcp tcp
                && target instanceof InetSocketAddress to
                && to.getPort() == tcp.address().getPort()
                && (to.equals(tcp.address())
                        || tcp.address().getAddress().isAnyLocalAddress()
                                && to.getAddress().isLoopbackAddress());
    }

    private void checkHosts(List<ServiceSpec> services) {
        Map<String, ServiceSpec> byHost = new LinkedHashMap<>();
        Map<String, Section> written = l7.named("services");
        for (ServiceSpec service : services) {
            Section section = written.get(service.name());
            if (service.direction() == ServiceSide.OUTBOUND && section != null) {
                List<String> hosts = new ArrayList<>(service.hosts());
                hosts.add(service.name());
                hosts.add(service.name() + ".mesh");
                for (String host : hosts.stream().distinct().toList()) {
                    ServiceSpec other = byHost.putIfAbsent(host, service);
                    if (other != null) {
                        section.error(
                                section.has("hosts") ? "hosts" : "port",
                                "host %s means the service %s already (%s)"
                                        .formatted(host, other.name(), other.source()),
                                "a host names one service");
                    }
                }
            }
        }
    }

    List<NamedGroup> namedGroups() {
        return groups;
    }

    private void collectServe(Section serve) {
        collectRules(serve);
        collectLimit(serve);
        serve.section("overload").sections("classes").forEach(one -> collect(one, "from"));
        serve.sections("routes").forEach(this::collectRoute);
    }

    private void collectService(Section service) {
        collect(service.section("pool"), "select");
        service.named("pools").values().forEach(pool -> collect(pool, "select"));
        service.sections("routes").forEach(this::collectRoute);
    }

    private void collectRoute(Section route) {
        collect(route.section("match"), "from");
        collect(route.section("fault"), "from");
        collectRules(route);
        collectLimit(route);
    }

    /** A list that has lost its last rule opens what it closed. */
    private static void checkEmptyAllow(Section at) {
        boolean empty = !at.has("allow") || at.isList("allow") && at.sections("allow").isEmpty();
        if (at.keys().contains("allow") && empty) {
            at.notice(
                    "allow",
                    "an allow without rules lets everybody in",
                    "{from: any} says so; a deny with {from: any} lets nobody in");
        }
    }

    private void collectRules(Section at) {
        checkEmptyAllow(at);
        at.sections("allow").forEach(rule -> collect(rule, "from"));
        at.sections("deny").forEach(rule -> collect(rule, "from"));
    }

    private void collectLimit(Section at) {
        at.section("limit").sections("override").forEach(override -> collect(override, "from"));
    }

    private void collect(Section at, String key) {
        String text = at.isMap(key) || at.isList(key) ? null : at.written(key);
        if (text == null) {
            return;
        }
        try {
            for (String group : Selector.parse(text).groups()) {
                groups.add(new NamedGroup(group, at.position(key), at.path(key)));
            }
        } catch (SelectorException e) {
            return; // told by its reader
        }
    }
}
