package dev.asterism.agent.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A lighthouse and other nodes with certificates of version 2: node N has the overlay addresses 10.42.0.N and fd42::N,
 * or the latter alone. The underlay is IPv4.
 */
final class DualStackMesh implements AutoCloseable {

    static final int LIGHTHOUSE = 1;

    private static final String FORWARDING = "/proc/sys/net/ipv6/conf/all/forwarding";

    private final NetLab lab = new NetLab();
    private final VersionedPki pki;
    private final boolean ipv6Only;
    private final Map<Integer, NamespaceNode> nodes = new LinkedHashMap<>();

    /** The lighthouse is made already. */
    DualStackMesh(Product maker, Product lighthouse, boolean ipv6Only) {
        this.ipv6Only = ipv6Only;
        try {
            pki = VersionedPki.of(maker, "25519");
            node(lighthouse, LIGHTHOUSE);
        } catch (RuntimeException | Error e) {
            lab.close();
            throw e;
        }
    }

    static String ipv4(int number) {
        return "10.42.0." + number;
    }

    static String ipv6(int number) {
        return "fd42::" + number;
    }

    /** The address by which lighthouse and relay are named. */
    private String named(int number) {
        return ipv6Only ? ipv6(number) : ipv4(number);
    }

    NamespaceNode node(Product product, int number) {
        return node(product, number, "");
    }

    /**
     * @param behind network that the node also routes for; empty for none
     */
    NamespaceNode node(Product product, int number, String behind) {
        product.require();
        String networks = (ipv6Only ? "" : ipv4(number) + "/24,") + ipv6(number) + "/64";
        String certificate = pki.issueRouting("2", networks, "red", behind);
        Host host = lab.host("n" + number, number);
        NodeConfig config =
                new NodeConfig(pki.folder(), certificate, discovery(number), product.ownConfig());
        NamespaceNode node = new NamespaceNode(lab, host, product, ipv6(number), config);
        nodes.put(number, node);
        return node;
    }

    private String discovery(int number) {
        return number == LIGHTHOUSE
                ? "lighthouse: {am_lighthouse: true, interval: 10}\n"
                : "static_host_map:\n  '%1$s': ['10.91.%2$d.2:4242']\nlighthouse: {hosts: ['%1$s'], interval: 10}\n"
                        .formatted(named(LIGHTHOUSE), LIGHTHOUSE);
    }

    NamespaceNode lighthouse() {
        return Objects.requireNonNull(nodes.get(LIGHTHOUSE));
    }

    /** A machine without a node behind a gateway, in the first addresses of a network of IPv6. */
    NamespaceNode machineBehind(NamespaceNode gateway, String network) {
        Host host = lab.hostBehind(gateway.host(), "behind", "10.77.0");
        String base = network.substring(0, network.indexOf('/'));
        gateway.host().ip("addr add %s1/64 dev lan nodad\n".formatted(base));
        gateway.host().inside(() -> Files.writeString(Path.of(FORWARDING), "1"));
        host.ip(
                "addr add %1$s2/64 dev u0 nodad\nroute add default via %1$s1 dev u0\n"
                        .formatted(base));
        return new NamespaceNode(lab, host, Ours.AGENT, base + "2", gateway.config());
    }

    DualStackMesh start() {
        try (LoadGate.Pass _ = LoadGate.starting()) {
            for (NamespaceNode node : nodes.values()) {
                node.start();
            }
            nodes.values().forEach(NamespaceNode::awaitReady);
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
                    (number, node) ->
                            logs.append("\n--- ")
                                    .append(number)
                                    .append('\n')
                                    .append(node.daemon().log()));
            throw new AssertionError(e.getMessage() + logs, e);
        }
    }

    @Override
    public void close() {
        lab.close();
    }
}
