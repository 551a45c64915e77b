package dev.asterism.agent.it;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A lighthouse and hosts of this agent and of a Nebula, some of which begin, some answer, and some relay. No two pairs
 * are the same two hosts, so each begins without a tunnel.
 */
final class RolesMesh implements AutoCloseable {

    private static final int LIGHTHOUSE = 1;
    private static final int RELAYS = 1;
    private static final int FIRST = 10;
    private static final int SECOND = 20;

    private final NetLab lab = new NetLab();
    private final Plan plan;
    private final Map<Integer, NamespaceNode> nodes = new LinkedHashMap<>();

    /** What a mesh is made of. */
    record Plan(
            Nebula nebula,
            Product lighthouse,
            ShownCertificates shown,
            String cipher,
            List<Pair> pairs) {

        @Override
        public String toString() {
            return "%s: lighthouse %s, %s, %s".formatted(nebula, lighthouse.label(), shown, cipher);
        }
    }

    /**
     * Who calls whom.
     *
     * @param a begins
     * @param relay the only way between both; null: they reach each other
     */
    record Pair(Product a, Product b, @Nullable Product relay) {

        @Override
        public String toString() {
            return a.label()
                    + " to "
                    + b.label()
                    + (relay == null ? "" : " by relay " + relay.label());
        }

        private int numberOfRelay() {
            return relay == null ? 0 : numberOf(RELAYS, relay);
        }

        private int numberOfA() {
            return numberOf(FIRST, a);
        }

        private int numberOfB() {
            return numberOf(relay == null ? SECOND : SECOND + 10 * numberOf(0, relay), b);
        }

        private static int numberOf(int base, Product product) {
            return base + (product == Ours.AGENT ? 1 : 2);
        }
    }

    /** Both hosts of a pair, by addresses of one family. */
    record Ends(NamespaceNode a, NamespaceNode b) {}

    /** Everything but the start. */
    RolesMesh(Plan plan) {
        this.plan = plan;
        try {
            ShownCertificates shown = plan.shown();
            add(LIGHTHOUSE, plan.lighthouse(), shown.middle(), "");
            for (Pair pair : plan.pairs()) {
                String relays = "";
                if (pair.relay() != null) {
                    int relay = pair.numberOfRelay();
                    add(relay, pair.relay(), shown.middle(), "relay: {am_relay: true}");
                    relays = "relay: {relays: ['" + named(relay) + "']}";
                }
                NamespaceNode a = add(pair.numberOfA(), pair.a(), shown.a(), "");
                NamespaceNode b = add(pair.numberOfB(), pair.b(), shown.b(), relays);
                if (pair.relay() != null) {
                    b.host().separateFrom(a.host());
                }
            }
        } catch (RuntimeException | Error e) {
            lab.close();
            throw e;
        }
    }

    /** The address by which configurations name it. */
    private String named(int number) {
        return plan.shown().inside().addressesOf(number).getFirst();
    }

    private NamespaceNode add(int number, Product product, String versions, String section) {
        return nodes.computeIfAbsent(number, n -> node(n, product, versions, section));
    }

    private NamespaceNode node(int number, Product product, String versions, String section) {
        ShownCertificates shown = plan.shown();
        VersionedPki pki = VersionedPki.of(plan.nebula(), shown.curve());
        String certificate = pki.issue(versions, shown.inside().networksOf(number), "red");
        String discovery =
                number == LIGHTHOUSE
                        ? "lighthouse: {am_lighthouse: true}\n"
                        : """
                          static_host_map: {'%1$s': ['10.91.%2$d.2:4242']}
                          lighthouse: {hosts: ['%1$s'], interval: 10}
                          """
                                .formatted(named(LIGHTHOUSE), LIGHTHOUSE);
        NodeConfig config =
                new NodeConfig(pki.folder(), certificate, discovery, product.ownConfig())
                        .cipher(plan.cipher())
                        .section(section);
        if (shown.mustBeginWithVersion2(versions)) {
            config.initiatingVersion(2);
        }
        return new NamespaceNode(
                lab, lab.host("n" + number, number), product, named(number), config);
    }

    RolesMesh start() {
        try (LoadGate.Pass _ = LoadGate.starting()) {
            NamespaceNode lighthouse = node(LIGHTHOUSE);
            lighthouse.start();
            lighthouse.awaitReady();
            List<NamespaceNode> others =
                    nodes.values().stream().filter(node -> node != lighthouse).toList();
            others.forEach(NamespaceNode::start);
            others.forEach(NamespaceNode::awaitReady);
            return this;
        }
    }

    private NamespaceNode node(int number) {
        @Nullable NamespaceNode found = nodes.get(number);
        if (found == null) {
            throw new IllegalArgumentException("no node " + number);
        }
        return found;
    }

    /** By each family that is inside, that one first which is to begin: with {@code aes} IPv4. */
    List<Ends> ends(Pair pair) {
        NamespaceNode a = node(pair.numberOfA());
        NamespaceNode b = node(pair.numberOfB());
        List<String> ofA = plan.shown().inside().addressesOf(pair.numberOfA());
        List<String> ofB = plan.shown().inside().addressesOf(pair.numberOfB());
        List<Ends> ends = new ArrayList<>();
        for (int i = 0; i < ofA.size(); i++) {
            ends.add(new Ends(a.by(ofA.get(i)), b.by(ofB.get(i))));
        }
        return plan.cipher().equals("aes") ? ends : ends.reversed();
    }

    /** Bytes that a pair's relay has received from anybody; 0 without one. */
    long bytesAtRelay(Pair pair) {
        return pair.relay() == null ? 0 : node(pair.numberOfRelay()).host().bytesReceived();
    }

    /** Of all that have a part in the pair. */
    String logs(Pair pair) {
        StringBuilder logs = new StringBuilder();
        List<Integer> numbers = new ArrayList<>(List.of(LIGHTHOUSE));
        if (pair.relay() != null) {
            numbers.add(pair.numberOfRelay());
        }
        numbers.add(pair.numberOfA());
        numbers.add(pair.numberOfB());
        for (int number : numbers) {
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
