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
    private final List<MeshNode> nodes = new ArrayList<>();
    private final Map<MeshNode, List<String>> known = new LinkedHashMap<>();

    StaticMesh(Product maker) {
        maker.require();
        pki = Pki.madeBy(maker);
        middle = lab.host("middle", MIDDLE);
    }

    NetLab lab() {
        return lab;
    }

    /** Overlay address 10.42.0.N. */
    MeshNode node(Product product, int number) {
        String overlay = "10.42.0." + number;
        return node(product, number, pki.issue(product, "node", overlay, "red"));
    }

    /** One of ours that also routes for a network. */
    MeshNode router(int number, String network) {
        return node(Ours.AGENT, number, pki.issueRouting("node", "10.42.0." + number, network));
    }

    private MeshNode node(Product product, int number, String certificate) {
        product.require();
        NodeConfig config = new NodeConfig(pki.folder(), certificate, "", product.ownConfig());
        Host host = lab.host("n" + number, number);
        MeshNode node = new MeshNode(lab, host, product, "10.42.0." + number, config);
        nodes.add(node);
        known.put(node, new ArrayList<>());
        return node;
    }

    /** A machine without a node, with {@link Transfer} and others in view. */
    MeshNode machineBehind(MeshNode gateway, String base) {
        Host host = lab.hostBehind(gateway.host(), "behind", base);
        return new MeshNode(lab, host, Ours.AGENT, base + ".2", gateway.config());
    }

    void acquaint(MeshNode x, MeshNode y) {
        tell(x, y, y.host().underlay() + ":4242");
        tell(y, x, x.host().underlay() + ":4242");
    }

    Cable cable(MeshNode x, MeshNode y, Cable.Faults faults) {
        Cable cable = lab.own(new Cable(middle, x.host(), y.host(), faults));
        tell(x, y, cable.nearX());
        tell(y, x, cable.nearY());
        return cable;
    }

    private void tell(MeshNode who, MeshNode whom, String where) {
        known.getOrDefault(who, List.of()).add("  " + whom.overlay() + ": ['" + where + "']\n");
    }

    StaticMesh start() {
        try (LoadGate.Pass _ = LoadGate.starting()) {
            for (MeshNode node : nodes) {
                String map = String.join("", known.getOrDefault(node, List.of()));
                node.config().section("static_host_map:\n" + map);
                node.start();
            }
            nodes.forEach(MeshNode::awaitReady);
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
