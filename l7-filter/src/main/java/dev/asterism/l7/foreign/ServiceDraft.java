package dev.asterism.l7.foreign;

import dev.asterism.l7.foreign.ForeignFiles.Known;
import dev.asterism.overlay.config.ConfigNode;
import dev.asterism.overlay.config.ConfigNode.ListNode;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.SourcePosition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A service that is called, in the making. */
final class ServiceDraft {

    /** The port where nothing says one and none is needed. */
    private static final int USUAL_PORT = 80;

    private static final int LAST_PORT = 65_535;

    private final String name;
    private final SourcePosition at;
    private final Known known;
    private final Findings findings;
    private final Set<String> hosts = new LinkedHashSet<>();
    private final Map<String, Tree> pools = new LinkedHashMap<>();
    private final List<RouteDraft> routes = new ArrayList<>();
    private final Tree policies;
    private int port;
    private SourcePosition portAt;
    private int frontPort;

    ServiceDraft(String name, SourcePosition at, Known known, Findings findings) {
        this.name = name;
        this.at = at;
        this.known = known;
        this.findings = findings;
        policies = new Tree(at);
        portAt = at;
    }

    String name() {
        return name;
    }

    SourcePosition at() {
        return at;
    }

    Set<String> hosts() {
        return hosts;
    }

    List<RouteDraft> routes() {
        return routes;
    }

    /** {@code retry}, {@code timeout} and the like. */
    Tree policies() {
        return policies;
    }

    /** Of where it is called; its nodes may listen elsewhere. */
    void front(int number) {
        if (number > 0 && frontPort == 0) {
            frontPort = number;
        }
    }

    /**
     * A set of nodes that have a group, made when it is first named, unless the configuration has one of that name.
     *
     * @param number where they listen; -1: not said
     */
    void pool(String pool, String group, int number, Fields said) {
        if (known.hasPool(name, pool)) {
            return;
        }
        pools.computeIfAbsent(pool, _ -> new Tree(said.at()).put("select", "group:" + group));
        port(number, said);
    }

    private void port(int number, Fields said) {
        if (number < 1 || number > LAST_PORT || number == port) {
            return;
        }
        int configured = known.portOf(name);
        if (configured != 0 && number != configured) {
            refusePort(number, said, "%d in the configuration".formatted(configured));
        } else if (port != 0) {
            refusePort(number, said, "%d (%s:%d)".formatted(port, portAt.file(), portAt.line()));
        } else {
            port = number;
            portAt = said.at("port");
        }
    }

    private void refusePort(int number, Fields said, String other) {
        said.refuse(
                "port",
                "%d: the service %s has the port %s".formatted(number, name, other),
                "the nodes of one service listen at one port");
    }

    /** Its map under {@code services}. */
    MapNode node(boolean portNeeded) {
        Tree tree = new Tree(at);
        int number = port == 0 ? frontPort : port;
        boolean answersItself = pools.isEmpty() && !routes.isEmpty() && known.portOf(name) == 0;
        if (number == 0 && (answersItself || portNeeded)) {
            number = USUAL_PORT;
            if (!answersItself) {
                findings.refuse(
                        at,
                        "",
                        "nothing says at which port the nodes of %s listen: 80 is written"
                                .formatted(name),
                        "write the right one under port");
            }
        }
        tree.put("port", number == 0 ? null : Tree.number(portAt, number));
        Set<String> others = new LinkedHashSet<>(hosts);
        others.remove(name);
        tree.put("hosts", others);
        Tree sets = new Tree(at);
        pools.forEach(sets::put);
        tree.put("pools", sets);
        tree.addAllOf(policies);
        if (!routes.isEmpty()) {
            List<ConfigNode> items =
                    withoutSameHosts().stream().<ConfigNode>map(RouteDraft::node).toList();
            tree.put("routes", new ListNode(routes.getFirst().at(), items));
        }
        return tree.node();
    }

    /** A host that all routes name is that of the service. */
    private List<RouteDraft> withoutSameHosts() {
        Set<Set<String>> different = new HashSet<>();
        routes.forEach(route -> different.add(Set.copyOf(route.match().hosts())));
        if (different.size() != 1 || !different.iterator().next().equals(hosts)) {
            return routes;
        }
        return routes.stream().map(route -> route.with(route.match().withHosts())).toList();
    }
}
