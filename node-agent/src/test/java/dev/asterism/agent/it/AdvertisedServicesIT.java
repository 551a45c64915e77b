package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Services that agents advertise through a lighthouse, of ours and of Debian's Nebula. */
@Execution(ExecutionMode.CONCURRENT)
class AdvertisedServicesIT {

    private static final Duration SETTLE = Duration.ofSeconds(60);

    /** From the check's verdict to the last caller; what a slow machine adds is in it. */
    private static final Duration SPREAD = Duration.ofSeconds(2);

    private static final String LIGHTHOUSE = "10.42.0.1";
    private static final String DISCOVERY =
            """
            static_host_map: {10.42.0.1: ['10.91.1.2:4242']}
            lighthouse: {hosts: [10.42.0.1], interval: 10}
            """;
    private static final String SERVING =
            """
            l7:
              enabled: true
              serve:
                shop:
                  port: 8080
                  to: 127.0.0.1:9090
                  protocol: http1
                  advertise: true
                  version: v1
                  health: {http: /healthz, every: 500ms, timeout: 450ms, fall: 2}
            """;
    private static final String CALLING =
            """
            l7:
              enabled: true
              listen: ["127.0.0.1:4140"]
              intercept: {outbound: off}
              services:
                shop:
                  port: 8080
                  pool: {advertised: shop}
                  balance: round
                  slow_start: 0
                  retry: {times: 0}
            """;

    private final NetLab lab = new NetLab();
    private final Pki pki = Pki.madeBy(Ours.AGENT);
    private final List<NamespaceNode> nodes = new ArrayList<>();

    private NamespaceNode lighthouse(Product product) {
        return node(product, "l", 1, LIGHTHOUSE, "red", "lighthouse: {am_lighthouse: true}\n");
    }

    private NamespaceNode member(String name, int number, String groups, String section) {
        NamespaceNode node = node(Ours.AGENT, name, number, "10.42.0." + number, groups, DISCOVERY);
        node.config()
                .section("asterism: {control: {path: " + socket(node) + "}}")
                .section(section)
                .rule("{port: 8080, proto: tcp, host: any}");
        return node;
    }

    private NamespaceNode node(
            Product product,
            String name,
            int subnet,
            String overlay,
            String groups,
            String discovery) {
        String certificate = pki.issue(product, "services", overlay, groups);
        NodeConfig config =
                new NodeConfig(pki.folder(), certificate, discovery, product.ownConfig());
        NamespaceNode node =
                new NamespaceNode(lab, lab.host(name, subnet), product, overlay, config);
        nodes.add(node);
        return node;
    }

    private void start() {
        try (LoadGate.Pass _ = LoadGate.starting()) {
            nodes.getFirst().start();
            nodes.getFirst().awaitReady();
            nodes.subList(1, nodes.size()).forEach(NamespaceNode::start);
            nodes.subList(1, nodes.size()).forEach(NamespaceNode::awaitReady);
        }
    }

    private String logs() {
        StringBuilder logs = new StringBuilder();
        nodes.forEach(
                n ->
                        logs.append("\n--- ")
                                .append(n.overlay())
                                .append('\n')
                                .append(n.daemon().log()));
        return logs.toString();
    }

    private static HttpCall call() {
        return HttpCall.call("127.0.0.1", 4140, "GET", "shop.mesh", "/orders/1");
    }

    /** Status codes of that many requests in turn. */
    private static Map<Integer, Integer> calls(NamespaceNode caller, int count) {
        return caller.host()
                .inside(
                        () -> {
                            Map<Integer, Integer> codes = new TreeMap<>();
                            for (int i = 0; i < count; i++) {
                                codes.merge(call().status(), 1, Integer::sum);
                            }
                            return codes;
                        });
    }

    private static boolean reaches(NamespaceNode caller, Replica replica) {
        int before = replica.requests();
        calls(caller, 4);
        return replica.requests() > before;
    }

    private void awaitReached(NamespaceNode caller, Replica replica) {
        Waits.until("requests reach a replica", SETTLE, () -> reaches(caller, replica), this::logs);
    }

    private Path socket(NamespaceNode node) {
        return lab.folder().resolve(node.overlay() + ".sock");
    }

    /** What {@code asterism l7 services} says on that node. */
    private String services(NamespaceNode node) {
        return Shell.run(Ours.command("l7", "services", "--socket", socket(node).toString()))
                .output();
    }

    @Test
    void callersFollowWhatServersSayOfThemselves() throws InterruptedException {
        try (lab) {
            NamespaceNode lighthouse = lighthouse(Ours.AGENT);
            NamespaceNode one = member("a", 11, "shop", SERVING);
            NamespaceNode two = member("b", 12, "shop", SERVING);
            NamespaceNode thief = member("c", 13, "web", SERVING);
            NamespaceNode caller = member("d", 20, "web", CALLING);
            Replica first = Replica.start(lab, one, 0, 0);
            Replica second = Replica.start(lab, two, 0, 0);
            Replica stolen = Replica.start(lab, thief, 0, 0);
            start();
            awaitReached(caller, first);
            awaitReached(caller, second);

            int before = first.requests();
            assertThat(calls(caller, 100)).containsExactly(Map.entry(200, 100));
            assertThat(first.requests() - before).isBetween(40, 60);
            assertThat(stolen.requests()).isZero();
            thief.daemon().awaitLog("A lighthouse refused a service that this host advertises");
            assertThat(lighthouse.daemon().log())
                    .containsPattern("Service of this host refused.*service=shop.*no group");
            assertThat(services(thief)).contains("no: this node's certificate has no group shop");
            assertThat(services(caller)).contains("tells of services").contains("usable");

            Map<Integer, Integer> meanwhile = new ConcurrentHashMap<>();
            AtomicBoolean over = new AtomicBoolean();
            Thread steady = steady(caller, meanwhile, over);
            first.unwell(true);
            one.daemon().awaitLog("L7 filter: application is unhealthy");
            Waits.watchFor(SPREAD);
            int left = first.requests();
            calls(caller, 50);
            assertThat(first.requests()).as(this::logs).isEqualTo(left);
            first.unwell(false);
            one.daemon().awaitLog("L7 filter: application is healthy again");
            awaitReached(caller, first);

            two.daemon().signal("TERM");
            assertThat(two.daemon().awaitEnd()).isZero();
            Waits.watchFor(SPREAD);
            lighthouse.kill();
            Waits.watchFor(SPREAD);
            over.set(true);
            steady.join();
            System.out.println(
                    "requests while one was unwell, one left, the lighthouse died: " + meanwhile);
            assertThat(meanwhile.keySet()).as(this::logs).containsExactly(200);
            assertThat(calls(caller, 20)).containsExactly(Map.entry(200, 20));
        }
    }

    private static Thread steady(
            NamespaceNode caller, Map<Integer, Integer> codes, AtomicBoolean over) {
        return Thread.ofPlatform()
                .daemon()
                .start(
                        () ->
                                caller.host()
                                        .inside(
                                                () -> {
                                                    while (!over.get()) {
                                                        codes.merge(
                                                                call().status(), 1, Integer::sum);
                                                        Waits.watchFor(Duration.ofMillis(10));
                                                    }
                                                    return codes;
                                                }));
    }

    @Test
    void withAStockLighthouseGroupsOfLivePeersCount() {
        try (lab) {
            Nebula.OLD.require();
            NamespaceNode stock = lighthouse(Nebula.OLD);
            NamespaceNode one = member("a", 11, "shop", SERVING);
            NamespaceNode caller = member("d", 20, "web", CALLING);
            Replica first = Replica.start(lab, one, 0, 0);
            start();
            Waits.until(
                    "a tunnel",
                    SETTLE,
                    () -> Ping.answers(caller, one, Duration.ofSeconds(2)),
                    this::logs);
            caller.daemon().awaitLog("No lighthouse tells of services");
            awaitReached(caller, first);

            assertThat(services(caller))
                    .contains("does not know of services (stock)")
                    .contains("live peers with the group shop");
            Waits.watchFor(SPREAD);
            assertThat(caller.daemon().countInLog("No lighthouse tells of services")).isEqualTo(1);
            assertThat(stock.daemon().log()).doesNotContain("level=error", "level=warn");
        }
    }
}
