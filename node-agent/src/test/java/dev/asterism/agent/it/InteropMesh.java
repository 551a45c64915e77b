package dev.asterism.agent.it;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A lighthouse and six nodes, of this agent and of a Nebula in turn, whose pairs are all that the two products can be
 * to each other: each of them calls each, once from the lower overlay address and once from the higher. No two of the
 * pairs are the same two nodes, so each begins without a tunnel.
 */
final class InteropMesh implements AutoCloseable {

    private static final String LIGHTHOUSE = "10.42.0.1";

    private final NetLab lab = new NetLab();
    private final Plan plan;
    private final Map<Integer, NamespaceNode> nodes = new LinkedHashMap<>();

    /** What a mesh is made of. */
    record Plan(Nebula nebula, Product lighthouse, String cipher) {

        @Override
        public String toString() {
            return "%s: lighthouse %s, %s".formatted(nebula, lighthouse.label(), cipher);
        }

        /** Without those in which only Nebula would take part. */
        List<Pair> pairs() {
            return PAIRS.stream()
                    .filter(
                            pair ->
                                    List.of(lighthouse, productOf(pair.a()), productOf(pair.b()))
                                            .contains(Ours.AGENT))
                    .toList();
        }

        /** Nodes 10, 30 and 50 are ours, 20, 40 and 60 are Nebula's. */
        Product productOf(int number) {
            return number / 10 % 2 == 1 ? Ours.AGENT : nebula;
        }
    }

    /**
     * Who calls whom, by the last byte of the overlay addresses.
     *
     * @param a begins
     */
    record Pair(int a, int b) {

        boolean aIsLower() {
            return a < b;
        }
    }

    private static final List<Pair> PAIRS =
            List.of(
                    new Pair(10, 30),
                    new Pair(50, 10),
                    new Pair(10, 20),
                    new Pair(30, 20),
                    new Pair(20, 50),
                    new Pair(40, 30),
                    new Pair(20, 40),
                    new Pair(60, 20));

    /** Everything but the start. */
    InteropMesh(Plan plan) {
        this.plan = plan;
        try {
            add(1, plan.lighthouse(), "lighthouse: {am_lighthouse: true}\n");
            String discovery =
                    "static_host_map:\n  %1$s: ['10.91.1.2:4242']\nlighthouse: {hosts: [%1$s], interval: 10}\n"
                            .formatted(LIGHTHOUSE);
            plan.pairs().stream()
                    .flatMap(pair -> Stream.of(pair.a(), pair.b()))
                    .distinct()
                    .sorted()
                    .forEach(n -> add(n, plan.productOf(n), discovery));
        } catch (RuntimeException | Error e) {
            lab.close();
            throw e;
        }
    }

    private void add(int number, Product product, String discovery) {
        Pki pki = Pki.madeBy(plan.nebula());
        String overlay = "10.42.0." + number;
        NodeConfig config =
                new NodeConfig(
                                pki.folder(),
                                pki.issue(product, "node", overlay, "red"),
                                discovery,
                                product.ownConfig())
                        .cipher(plan.cipher());
        Host host = lab.host("n" + number, number);
        nodes.put(number, new NamespaceNode(lab, host, product, overlay, config));
    }

    InteropMesh start() {
        try (LoadGate.Pass _ = LoadGate.starting()) {
            node(1).start();
            node(1).awaitReady();
            nodes.values().stream().filter(node -> node != node(1)).forEach(NamespaceNode::start);
            nodes.values().forEach(NamespaceNode::awaitReady);
            return this;
        }
    }

    /** By the last byte of its overlay address. */
    NamespaceNode node(int number) {
        @Nullable NamespaceNode found = nodes.get(number);
        if (found == null) {
            throw new IllegalArgumentException("no node " + number);
        }
        return found;
    }

    long kernelDrops() {
        return lab.kernelDrops();
    }

    /** Logs of the lighthouse and of the pair. */
    String logs(Pair pair) {
        StringBuilder logs = new StringBuilder();
        for (int number : List.of(1, pair.a(), pair.b())) {
            NamespaceNode node = node(number);
            logs.append("\n--- ").append(node.overlay()).append(", ");
            logs.append(node.product().label()).append('\n').append(node.daemon().log());
        }
        return logs.toString();
    }

    @Override
    public void close() {
        lab.close();
    }
}
