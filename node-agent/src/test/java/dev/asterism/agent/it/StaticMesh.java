package dev.asterism.agent.it;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Nodes that know each other from their configuration, without a lighthouse, directly or over a {@link Cable}. */
final class StaticMesh implements AutoCloseable {

    private static final int MIDDLE = 200;

    private final NetLab lab = new NetLab();
    private final Pki pki;
    private final Host middle;
    private final List<NamespaceNode> nodes = new ArrayList<>();
    private final Map<NamespaceNode, List<String>> known = new LinkedHashMap<>();

    StaticMesh(Product maker) {
        maker.require();
        pki = Pki.madeBy(maker);
        middle = lab.host("middle", MIDDLE);
    }

    NetLab lab() {
        return lab;
    }

    /** Overlay address 10.42.0.N. */
    NamespaceNode node(Product product, int number) {
        String overlay = "10.42.0." + number;
        return node(product, number, pki.issue(product, "node", overlay, "red"));
    }

    /** One of ours with these groups, comma-separated. */
    NamespaceNode member(int number, String groups) {
        Ours ours = Ours.AGENT;
        return node(ours, number, pki.issue(ours, "node", "10.42.0." + number, groups));
    }

    /** One of ours that also routes for a network. */
    NamespaceNode router(int number, String network) {
        return node(Ours.AGENT, number, pki.issueRouting("node", "10.42.0." + number, network));
    }

    private NamespaceNode node(Product product, int number, String certificate) {
        product.require();
        NodeConfig config = new NodeConfig(pki.folder(), certificate, "", product.ownConfig());
        Host host = lab.host("n" + number, number);
        NamespaceNode node = new NamespaceNode(lab, host, product, "10.42.0." + number, config);
        nodes.add(node);
        known.put(node, new ArrayList<>());
        return node;
    }

    /** A machine without a node, with {@link TcpTransfer} and others in view. */
    NamespaceNode machineBehind(NamespaceNode gateway, String base) {
        Host host = lab.hostBehind(gateway.host(), "behind", base);
        return new NamespaceNode(lab, host, Ours.AGENT, base + ".2", gateway.config());
    }

    void acquaint(NamespaceNode x, NamespaceNode y) {
        tell(x, y, y.host().underlay() + ":4242");
        tell(y, x, x.host().underlay() + ":4242");
    }

    Cable cable(NamespaceNode x, NamespaceNode y, Cable.Faults faults) {
        Cable cable = lab.own(new Cable(middle, x.host(), y.host(), faults));
        tell(x, y, cable.nearX());
        tell(y, x, cable.nearY());
        return cable;
    }

    private void tell(NamespaceNode who, NamespaceNode whom, String where) {
        known.getOrDefault(who, List.of()).add("  " + whom.overlay() + ": ['" + where + "']\n");
    }

    StaticMesh start() {
        try (LoadGate.Pass _ = LoadGate.starting()) {
            for (NamespaceNode node : nodes) {
                String map = String.join("", known.getOrDefault(node, List.of()));
                node.config().section("static_host_map:\n" + map);
                node.start();
            }
            nodes.forEach(NamespaceNode::awaitReady);
            return this;
        }
    }

    /** Adds all logs to the message of a claim that fails. */
    void check(Runnable claims) {
        try {
            claims.run();
        } catch (AssertionError e) {
            StringBuilder logs = new StringBuilder();
            nodes.forEach(
                    n ->
                            logs.append("\n--- ")
                                    .append(n.overlay())
                                    .append('\n')
                                    .append(n.daemon().log()));
            throw new AssertionError(e.getMessage() + logs, e);
        }
    }

    @Override
    public void close() {
        lab.close();
    }
}
