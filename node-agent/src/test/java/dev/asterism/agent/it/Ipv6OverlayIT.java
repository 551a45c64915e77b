package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** IPv6 inside the overlay, with certificates of version 2: this agent and real Nebula in every part of it. */
@Execution(ExecutionMode.CONCURRENT)
@Order(1)
class Ipv6OverlayIT {

    private static final int MEGABYTES = 8;
    private static final int LONG_MEGABYTES =
            Integer.getInteger(
                    "offload.megabytes",
                    Integer.parseInt(System.getenv().getOrDefault("ASTERISM_IT_MEGABYTES", "64")));
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String BEHIND = "fd77::/64";

    /** Leaves 1290 bytes to packets inside; IPv6 may count on 1280. */
    private static final String HOLE_OF_1350 =
            "table inet hole { chain in { type filter hook input priority 0;"
                    + " meta l4proto udp meta length > 1350 drop; }; }";

    /**
     * @param nebula whose tool makes the certificates
     * @param first the lighthouse, which is the relay as well where there is one
     */
    record Parts(Nebula nebula, Product first, Product a, Product b) {

        @Override
        public String toString() {
            return "%s: %s for %s and %s".formatted(nebula, first.label(), a.label(), b.label());
        }
    }

    static Stream<Parts> parts() {
        List<Parts> all = new ArrayList<>();
        for (Nebula nebula : Nebula.ALL) {
            for (Product first : List.of(Ours.AGENT, nebula)) {
                for (Product a : List.of(Ours.AGENT, nebula)) {
                    for (Product b : List.of(Ours.AGENT, nebula)) {
                        if (List.of(first, a, b).contains(Ours.AGENT)) {
                            all.add(new Parts(nebula, first, a, b));
                        }
                    }
                }
            }
        }
        return all.stream();
    }

    /** And to a machine in an IPv6 network behind b, by the router's IPv6 address. */
    @ParameterizedTest(name = "{0}, both families and an unsafe route")
    @MethodSource("parts")
    void carriesBothFamiliesAndIpv6ToANetworkBehindAPeer(Parts parts) {
        require(parts.nebula());
        try (DualStackMesh mesh = new DualStackMesh(parts.nebula(), parts.first(), false)) {
            NamespaceNode a = mesh.node(parts.a(), 10);
            NamespaceNode b = mesh.node(parts.b(), 20, BEHIND);
            a.config()
                    .tun(
                            "{dev: neb0, mtu: 1300, unsafe_routes: [{route: '%s', via: '%s', mtu: 1290}]}"
                                    .formatted(BEHIND, b.overlay()));
            String anyOfBehind = "{port: any, proto: any, host: any, local_cidr: '" + BEHIND + "'}";
            b.config().rule(anyOfBehind).outboundRule(anyOfBehind);
            NamespaceNode behind = mesh.machineBehind(b, BEHIND);
            mesh.start();
            mesh.check(
                    () -> {
                        carriesEverything(a, b);
                        NamespaceNode a4 = a.by(DualStackMesh.ipv4(10));
                        NamespaceNode b4 = b.by(DualStackMesh.ipv4(20));
                        carriesEverything(a4, b4);
                        hasNoAddressOfTheKernel(parts.a(), a);
                        answersSoon(a, behind);
                        assertThat(TcpTransfer.of(a, behind, MEGABYTES).isIntact()).isTrue();
                        assertThat(TcpTransfer.of(behind, a, MEGABYTES).isIntact()).isTrue();
                    });
        }
    }

    @ParameterizedTest(name = "{0}, IPv6 only")
    @MethodSource("parts")
    void carriesIpv6Only(Parts parts) {
        require(parts.nebula());
        try (DualStackMesh mesh = new DualStackMesh(parts.nebula(), parts.first(), true)) {
            NamespaceNode a = mesh.node(parts.a(), 10);
            NamespaceNode b = mesh.node(parts.b(), 20);
            mesh.start();
            mesh.check(() -> carriesEverything(a, b));
        }
    }

    @ParameterizedTest(name = "{0}, relayed")
    @MethodSource("parts")
    void carriesIpv6ThroughARelay(Parts parts) {
        require(parts.nebula());
        try (DualStackMesh mesh = new DualStackMesh(parts.nebula(), parts.first(), false)) {
            NamespaceNode a = mesh.node(parts.a(), 10);
            NamespaceNode b = mesh.node(parts.b(), 20);
            mesh.lighthouse().config().section("relay: {am_relay: true}");
            for (NamespaceNode end : List.of(a, b)) {
                end.config().section("relay: {relays: ['fd42::1'], use_relays: true}");
            }
            a.host().separateFrom(b.host());
            mesh.start();
            mesh.check(() -> carriesEverything(a, b));
        }
    }

    /** Nebula looks for no smaller path; its own kernel cuts what it sends, as our node has told it. */
    @Test
    void carriesIpv6BothWaysWithStockNebulaThroughASmallerPath() {
        require(Nebula.NEW);
        try (DualStackMesh mesh = new DualStackMesh(Nebula.NEW, Ours.AGENT, false)) {
            NamespaceNode a = mesh.node(Ours.AGENT, 10);
            a.config()
                    .tun("{dev: neb0, mtu: 1300, use_offloads: false}")
                    .listen("udp_offloads: false");
            NamespaceNode b = mesh.node(Nebula.NEW, 20);
            mesh.start();
            mesh.check(
                    () -> {
                        answersSoon(a, b);
                        assertThat(TcpTransfer.of(a, b, 1).isIntact()).isTrue();
                        a.host().nft(HOLE_OF_1350);
                        b.host().nft(HOLE_OF_1350);

                        assertThat(TcpTransfer.of(a, b, 2).isIntact()).as("there").isTrue();
                        assertThat(TcpTransfer.of(b, a, 2).isIntact()).as("back").isTrue();
                        assertThat(b.host().run("ip", "-6", "route", "get", a.overlay()).output())
                                .as("what b's kernel has been told")
                                .containsPattern("mtu 12[89][0-9]");
                    });
        }
    }

    /** Super-packets of IPv6, with equal SHA-256 at both ends. */
    @Test
    void carriesMuchOverIpv6BetweenTwoOfOurs() {
        try (DualStackMesh mesh = new DualStackMesh(Ours.AGENT, Ours.AGENT, false)) {
            NamespaceNode a = mesh.node(Ours.AGENT, 10);
            NamespaceNode b = mesh.node(Ours.AGENT, 20);
            mesh.start();
            mesh.check(() -> carriesMuch(a, b));
        }
    }

    static Stream<Nebula> carriesMuchOverIpv6WithStockNebula() {
        return Nebula.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource
    void carriesMuchOverIpv6WithStockNebula(Nebula nebula) {
        require(nebula);
        try (DualStackMesh mesh = new DualStackMesh(nebula, Ours.AGENT, false)) {
            NamespaceNode a = mesh.node(Ours.AGENT, 10);
            NamespaceNode b = mesh.node(nebula, 20);
            mesh.start();
            mesh.check(() -> carriesMuch(a, b));
        }
    }

    private static void require(Nebula nebula) {
        nebula.require();
        Assumptions.assumeTrue(nebula.knowsVersions(), "it knows version 1 only: no IPv6 inside");
    }

    private static void carriesMuch(NamespaceNode a, NamespaceNode b) {
        answersSoon(a, b);
        try (LoadGate.Pass _ = LoadGate.alone()) {
            assertThat(TcpTransfer.of(a, b, LONG_MEGABYTES).isIntact()).as("there").isTrue();
            assertThat(TcpTransfer.of(b, a, LONG_MEGABYTES).isIntact()).as("back").isTrue();
        }
    }

    private static void carriesEverything(NamespaceNode a, NamespaceNode b) {
        answersSoon(a, b);
        Ping.once(b, a.overlay(), 20);
        for (List<NamespaceNode> pair : List.of(List.of(a, b), List.of(b, a))) {
            NamespaceNode from = pair.getFirst();
            NamespaceNode to = pair.getLast();
            assertThat(TcpTransfer.of(from, to, MEGABYTES).isIntact())
                    .as("from %s to %s", from.overlay(), to.overlay())
                    .isTrue();
            assertThat(Doors.isOpen(from, to, NodeConfig.RED_PORT))
                    .as("%s lets the group in", to.overlay())
                    .isTrue();
            assertThat(Doors.isOpen(from, to, NodeConfig.BLUE_PORT))
                    .as("%s keeps others out", to.overlay())
                    .isFalse();
        }
    }

    private static void answersSoon(NamespaceNode from, NamespaceNode to) {
        Waits.until(
                "an answer from " + to.overlay(),
                PATIENCE,
                () -> from.host().run("ping", "-n", "-c", "1", "-W", "1", to.overlay()).exit() == 0,
                () -> "");
    }

    /** The kernel would ask for routers there, and peers refuse whatever comes from a link-local address. */
    private static void hasNoAddressOfTheKernel(Product product, NamespaceNode node) {
        if (product == Ours.AGENT) {
            assertThat(node.host().run("ip", "-6", "addr", "show", "dev", "neb0").output())
                    .contains("fd42::10/64")
                    .doesNotContain("fe80");
        }
    }
}
