package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A bundle that an operator gives to one lighthouse ends a host's tunnels everywhere, beside a
 * stock lighthouse (F19).
 */
@Execution(ExecutionMode.CONCURRENT)
class RevocationIT {

    private static final Duration SETTLE = Duration.ofSeconds(60);

    /** It takes a second or two; without the bundle's spreading nothing would be cut at all. */
    private static final Duration CUT_WITHIN = Duration.ofSeconds(30);

    private static final Duration STAYS = Duration.ofSeconds(5);
    private static final int OTHER_PORT = 7001;
    private static final String OURS = "10.42.0.1";
    private static final String STOCK = "10.42.0.2";
    private static final String LIGHTHOUSES =
            """
            static_host_map:
              10.42.0.1: ['10.91.1.2:4242']
              10.42.0.2: ['10.91.2.2:4242']
            lighthouse: {hosts: [10.42.0.1, 10.42.0.2], interval: 10}
            """;

    private final NetLab lab = new NetLab();
    private final Pki pki = Pki.madeBy(Ours.AGENT);

    private NamespaceNode lighthouse(Product product, String name, int subnet, String overlay) {
        return node(product, name, subnet, overlay, "lighthouse: {am_lighthouse: true}\n");
    }

    private NamespaceNode node(
            Product product, String name, int subnet, String overlay, String discovery) {
        String certificate = pki.issue(product, "revocation", overlay, "red");
        NodeConfig config =
                new NodeConfig(pki.folder(), certificate, discovery, product.ownConfig());
        return new NamespaceNode(lab, lab.host(name, subnet), product, overlay, config);
    }

    private NamespaceNode host(String name, int subnet, String overlay) {
        NamespaceNode node = node(Ours.AGENT, name, subnet, overlay, LIGHTHOUSES);
        Path state = folder("state-" + name);
        node.config()
                .section("asterism: {state_dir: '" + state + "'}")
                .rule("{port: " + OTHER_PORT + ", proto: any, host: any}");
        return node;
    }

    private Path folder(String name) {
        try {
            return Files.createDirectories(lab.folder().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path certificateOf(NamespaceNode node) {
        String name = pki.issue(node.product(), "revocation", node.overlay(), "red");
        return pki.folder().resolve(name + ".crt");
    }

    private Path bundle(NamespaceNode revoked) {
        Path folder = folder("bundles");
        Ours.AGENT.certTool(
                ("bundle delegate -ca-crt %1$s/ca.crt -ca-key %1$s/ca.key -out-key %2$s/bundle.key"
                                + " -out-delegation %2$s/bundle.delegation")
                        .formatted(pki.folder(), folder));
        Ours.AGENT.certTool(
                ("bundle sign -first -key %1$s/bundle.key -delegation %1$s/bundle.delegation -add %2$s"
                                + " -out %1$s/bundle.pem")
                        .formatted(folder, certificateOf(revoked)));
        return folder.resolve("bundle.pem");
    }

    @Test
    void endsEveryTunnelOfARevokedHost() {
        try (lab) {
            Nebula.OLD.require();
            NamespaceNode ours = lighthouse(Ours.AGENT, "l", 1, OURS);
            NamespaceNode stock = lighthouse(Nebula.OLD, "s", 2, STOCK);
            List<NamespaceNode> hosts =
                    List.of(
                            host("a", 10, "10.42.0.10"),
                            host("b", 20, "10.42.0.20"),
                            host("c", 30, "10.42.0.30"));
            NamespaceNode revoked = hosts.getFirst();
            try (LoadGate.Pass _ = LoadGate.starting()) {
                ours.start();
                stock.start();
                ours.awaitReady();
                stock.awaitReady();
                hosts.forEach(NamespaceNode::start);
                hosts.forEach(NamespaceNode::awaitReady);
            }
            Path bundle = bundle(revoked);
            UdpFlow toB = flow(revoked, hosts.get(1), NodeConfig.OPEN_PORT);
            UdpFlow toC = flow(revoked, hosts.get(2), NodeConfig.OPEN_PORT);
            UdpFlow amongOthers = flow(hosts.get(1), hosts.get(2), OTHER_PORT);
            long begin = System.nanoTime();
            Waits.until(
                    "all flows",
                    SETTLE,
                    () ->
                            toB.arrivedAfter(begin)
                                    && toC.arrivedAfter(begin)
                                    && amongOthers.arrivedAfter(begin));

            long given = System.nanoTime();
            ours.config().section("asterism: {revocation: {bundle: '" + bundle + "'}}");
            ours.reload();
            for (NamespaceNode other : hosts.subList(1, 3)) {
                Waits.until(
                        "the cut at " + other.overlay(),
                        CUT_WITHIN,
                        () -> other.daemon().countInLog("not accepted any more") > 0,
                        () -> other.daemon().log() + "\n--- lighthouse\n" + ours.daemon().log());
            }
            long cut = System.nanoTime();
            System.out.printf(
                    "revocation: %.2f s from the reload of one lighthouse to the cut everywhere%n",
                    (cut - given) / 1e9);
            Waits.watchFor(STAYS);

            assertThat(toB.arrivedAfter(cut + 100_000_000)).isFalse();
            assertThat(toC.arrivedAfter(cut + 100_000_000)).isFalse();
            assertThat(amongOthers.arrivedAfter(cut + 100_000_000)).isTrue();
            assertThat(hosts.get(1).daemon().log()).contains("block list of bundle 1.1");
            assertThat(stock.daemon().log()).doesNotContain("level=error", "level=warn");
            assertKept(hosts.get(1));
            comesWithAReloadThatIsRefused(ours, hosts.get(2), hosts.get(1));
        }
    }

    /** The newer bundle lies in the same place, and something else in the configuration is wrong. */
    private void comesWithAReloadThatIsRefused(
            NamespaceNode lighthouse, NamespaceNode revoked, NamespaceNode other) {
        Path folder = folder("bundles");
        Ours.AGENT.certTool(
                ("bundle sign -key %1$s/bundle.key -delegation %1$s/bundle.delegation"
                                + " -base %1$s/bundle.pem -add %2$s -out %1$s/next.pem")
                        .formatted(folder, certificateOf(revoked)));
        try {
            Files.move(
                    folder.resolve("next.pem"),
                    folder.resolve("bundle.pem"),
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        lighthouse.reload(lighthouse.config().render() + "oops: ]\n");

        lighthouse.daemon().awaitLog("Config reload failed");
        other.daemon().awaitLog("Revocation bundle is in force.*bundle=1.2");
    }

    private static void assertKept(NamespaceNode host) {
        host.daemon().signal("TERM");
        assertThat(host.daemon().awaitEnd()).isZero();
        host.start();
        host.awaitReady();
        host.daemon().awaitLog("Revocation bundle is in force.*state folder");
    }

    private UdpFlow flow(NamespaceNode from, NamespaceNode to, int port) {
        return lab.own(new UdpFlow(from, to, port, UdpFlow.Pace.PROBES));
    }
}
