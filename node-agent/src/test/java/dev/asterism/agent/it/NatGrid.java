package dev.asterism.agent.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * One mesh for all pairs of kinds of NAT: a lighthouse, which may be the relay as well, hosts of one product behind
 * the first kinds, and hosts of another behind the second kinds. Each of the former calls each of the latter.
 */
final class NatGrid implements AutoCloseable {

    private static final String MIDDLE = "10.42.0.1";
    private static final Duration START = Duration.ofSeconds(30);
    private static final int FIRST_SUBNET = 10;
    private static final int SECOND_SUBNET = 20;

    /** No answer came. */
    static final long NEVER = Long.MAX_VALUE;

    private final Cast cast;
    private final boolean relay;
    private final NetLab lab = new NetLab();
    private final NamespaceNode middle;
    private final List<End> first;
    private final List<End> second;

    /**
     * Which products take part.
     *
     * @param middle lighthouse and relay
     * @param a behind the first kinds, begins
     * @param b behind the second kinds
     */
    record Cast(Product middle, Product a, Product b) {

        @Override
        public String toString() {
            return "%s to %s by %s".formatted(a.label(), b.label(), middle.label());
        }
    }

    private record End(NatKind nat, NamespaceNode node) {}

    /**
     * What came of a pair.
     *
     * @param millis from the first packet of a until b has answered it and a has answered one of b; or {@link #NEVER}
     */
    record Cell(NatKind a, NatKind b, long millis) {

        boolean connects() {
            return millis != NEVER;
        }
    }

    NatGrid(Cast cast, boolean relay, List<NatKind> a, List<NatKind> b) {
        this.cast = cast;
        this.relay = relay;
        Stream.of(cast.middle(), cast.a(), cast.b(), Nebula.OLD).forEach(Product::require);
        try {
            middle = node(cast.middle(), lab.host("l", 1), MIDDLE);
            middle.config().section("relay: {am_relay: " + relay + "}");
            first = ends(cast.a(), a, FIRST_SUBNET);
            second = ends(cast.b(), b, SECOND_SUBNET);
        } catch (RuntimeException | Error e) {
            lab.close();
            throw e;
        }
    }

    private List<End> ends(Product product, List<NatKind> kinds, int firstSubnet) {
        List<End> ends = new ArrayList<>();
        for (NatKind nat : kinds) {
            int subnet = firstSubnet + ends.size();
            Host host = lab.host("h" + subnet, subnet, nat);
            NamespaceNode node = node(product, host, "10.42.0." + subnet);
            if (relay) {
                node.config().section("relay: {relays: ['" + MIDDLE + "']}");
            }
            ends.add(new End(nat, node));
        }
        return ends;
    }

    private NamespaceNode node(Product product, Host host, String overlay) {
        // Its tool starts faster than ours.
        Pki pki = Pki.madeBy(Nebula.OLD);
        String discovery =
                overlay.equals(MIDDLE)
                        ? "lighthouse: {am_lighthouse: true}\n"
                        : "static_host_map:\n  %1$s: ['10.91.1.2:4242']\nlighthouse: {hosts: [%1$s], interval: 10}\n"
                                .formatted(MIDDLE);
        String certificate = pki.issue(Nebula.OLD, "node", overlay, "red");
        NodeConfig config =
                new NodeConfig(pki.folder(), certificate, discovery, product.ownConfig());
        return new NamespaceNode(lab, host, product, overlay, config);
    }

    /** Starts everything and waits until it has come up and has a tunnel to the lighthouse. */
    NatGrid start() {
        try (LoadGate.Pass _ = LoadGate.starting()) {
            middle.start();
            middle.awaitReady();
            List<NamespaceNode> nodes =
                    Stream.concat(first.stream(), second.stream()).map(End::node).toList();
            // Two at a time: with all at once, each comes up as late as the last.
            for (int i = 0; i < nodes.size(); i += 2) {
                List<NamespaceNode> two = nodes.subList(i, Math.min(i + 2, nodes.size()));
                two.forEach(NamespaceNode::start);
                two.forEach(NamespaceNode::awaitReady);
            }
            nodes.forEach(this::awaitTunnel);
            return this;
        }
    }

    private void awaitTunnel(NamespaceNode node) {
        if (!Ping.answers(node, middle, START)) {
            throw new AssertionError(
                    this
                            + ": no tunnel to the lighthouse in "
                            + START
                            + "\n"
                            + node.daemon().log());
        }
    }

    /** Every pair at once: a calls b, and when it has been answered b calls a; each for that long at most. */
    List<Cell> measure(Duration most) {
        List<Callable<Cell>> pairs = new ArrayList<>();
        for (End a : first) {
            for (End b : second) {
                pairs.add(() -> new Cell(a.nat(), b.nat(), millis(a.node(), b.node(), most)));
            }
        }
        return together(pairs, pairs.size());
    }

    /** Results in the order of the work, of which so much runs at one time. */
    static <T> List<T> together(List<Callable<T>> work, int atOnce) {
        List<T> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(atOnce)) {
            for (Future<T> done : threads.invokeAll(work)) {
                results.add(done.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long millis(NamespaceNode a, NamespaceNode b, Duration most) {
        long begun = System.nanoTime();
        return Ping.answers(a, b, most) && Ping.answers(b, a, most)
                ? (System.nanoTime() - begun) / 1_000_000
                : NEVER;
    }

    /** Logs of the pair and of what is between them. */
    String logs(NatKind a, NatKind b) {
        return "--- lighthouse\n" + middle.daemon().log() + log(first, a) + log(second, b);
    }

    private static String log(List<End> ends, NatKind nat) {
        return ends.stream()
                .filter(end -> end.nat() == nat)
                .map(end -> "\n--- behind " + nat + "\n" + end.node().daemon().log())
                .findFirst()
                .orElse("");
    }

    @Override
    public String toString() {
        return cast + (relay ? ", with a relay" : ", without a relay");
    }

    @Override
    public void close() {
        lab.close();
    }
}
