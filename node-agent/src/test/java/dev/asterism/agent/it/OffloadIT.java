package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The kernel's super-packets, GSO batches and unfinished checksums, between nodes that use them and
 * nodes that do not (docs/wire-extensions.md). {@code -Doffload.megabytes=256}, or the
 * environment's ASTERISM_IT_MEGABYTES, for the long run, which is one of ./verify --nightly.
 */
@Execution(ExecutionMode.CONCURRENT)
@Order(1)
class OffloadIT {

    private static final Duration SETTLE = Duration.ofSeconds(60);
    private static final int LONG_MEGABYTES =
            Integer.getInteger(
                    "offload.megabytes",
                    Integer.parseInt(System.getenv().getOrDefault("ASTERISM_IT_MEGABYTES", "64")));
    private static final int MEGABYTES = 16;
    private static final int BAD_CABLE_MEGABYTES = 8;
    private static final String BEHIND = "10.77.0";

    @ParameterizedTest(name = "offloads {0} and {1}")
    @MethodSource
    void carriesTcpWhateverEachEndOffloads(boolean ofA, boolean ofB) {
        try (StaticMesh mesh = new StaticMesh(Ours.AGENT)) {
            NamespaceNode a = offloading(mesh.node(Ours.AGENT, 10), ofA);
            NamespaceNode b = offloading(mesh.node(Ours.AGENT, 20), ofB);
            mesh.acquaint(a, b);
            mesh.start();
            mesh.check(() -> carriesTcp(a, b, LONG_MEGABYTES));
        }
    }

    static Stream<Arguments> carriesTcpWhateverEachEndOffloads() {
        return Stream.of(true, false)
                .flatMap(a -> Stream.of(true, false).map(b -> Arguments.of(a, b)));
    }

    @ParameterizedTest(name = "{0}, offloads {1}")
    @MethodSource
    void carriesTcpWithStockNebula(Nebula nebula, boolean offloads) {
        nebula.require();
        try (StaticMesh mesh = new StaticMesh(nebula)) {
            NamespaceNode a = offloading(mesh.node(Ours.AGENT, 10), offloads);
            NamespaceNode b = mesh.node(nebula, 20);
            mesh.acquaint(a, b);
            mesh.start();
            mesh.check(() -> carriesTcp(a, b, LONG_MEGABYTES));
        }
    }

    static Stream<Arguments> carriesTcpWithStockNebula() {
        return Nebula.ALL.stream()
                .flatMap(n -> Stream.of(true, false).map(on -> Arguments.of(n, on)));
    }

    @Test
    void bringsEveryDatagramOfAGsoBatchAndEveryByteOfManyConnections() {
        try (StaticMesh mesh = new StaticMesh(Ours.AGENT)) {
            NamespaceNode a = mesh.node(Ours.AGENT, 10);
            NamespaceNode b = mesh.node(Ours.AGENT, 20);
            mesh.acquaint(a, b);
            mesh.start();
            mesh.check(
                    () -> {
                        carriesGsoBatches(a, b);
                        carriesGsoBatches(b, a);
                        for (int connections : new int[] {1, 16, 200}) {
                            carriesConnections(a, b, connections);
                        }
                    });
        }
    }

    @Test
    void bringsEveryDatagramOfAGsoBatchToStockNebula() {
        Nebula.OLD.require();
        try (StaticMesh mesh = new StaticMesh(Nebula.OLD)) {
            NamespaceNode a = mesh.node(Ours.AGENT, 10);
            NamespaceNode b = mesh.node(Nebula.OLD, 20);
            mesh.acquaint(a, b);
            mesh.start();
            mesh.check(
                    () -> {
                        carriesGsoBatches(a, b);
                        carriesGsoBatches(b, a);
                        carriesConnections(a, b, 16);
                    });
        }
    }

    @Test
    void repairsWhatABadCableDoes() {
        try (StaticMesh mesh = new StaticMesh(Ours.AGENT)) {
            NamespaceNode a = mesh.node(Ours.AGENT, 10);
            NamespaceNode b = mesh.node(Ours.AGENT, 20);
            Cable cable = mesh.cable(a, b, Cable.Faults.BAD);
            mesh.start();
            mesh.check(
                    () -> {
                        carriesTcp(a, b, BAD_CABLE_MEGABYTES);
                        carriesConnections(b, a, 16);
                        assertThat(cable.harmed()).isGreaterThan(100);
                        assertThat(cable.marked()).isPositive();
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1280, 1500, 8937})
    void carriesTcpAtEveryMtu(int mtu) {
        try (StaticMesh mesh = new StaticMesh(Ours.AGENT)) {
            NamespaceNode a = mesh.node(Ours.AGENT, 10);
            NamespaceNode b = mesh.node(Ours.AGENT, 20);
            for (NamespaceNode node : List.of(a, b)) {
                node.config().tun("{dev: neb0, mtu: " + mtu + "}");
                mesh.lab().underlayMtu(node.host(), 9000);
            }
            mesh.acquaint(a, b);
            mesh.start();
            mesh.check(() -> carriesTcp(a, b, MEGABYTES));
        }
    }

    @Test
    void marksPacketsBetweenTwoOfOursAndNeverTowardsOrFromNebula() {
        Nebula.OLD.require();
        try (StaticMesh mesh = new StaticMesh(Nebula.OLD)) {
            NamespaceNode a = mesh.node(Ours.AGENT, 10);
            NamespaceNode b = mesh.node(Ours.AGENT, 20);
            NamespaceNode nebula = mesh.node(Nebula.OLD, 30);
            Cable ours = mesh.cable(a, b, Cable.Faults.NONE);
            Cable mixed = mesh.cable(a, nebula, Cable.Faults.NONE);
            Cable other = mesh.cable(nebula, b, Cable.Faults.NONE);
            mesh.start();
            mesh.check(
                    () -> {
                        carriesTcp(a, b, MEGABYTES);
                        carriesTcp(a, nebula, MEGABYTES);
                        carriesTcp(nebula, b, MEGABYTES);
                        assertThat(ours.marked()).isGreaterThan(ours.packets() / 2);
                        assertThat(mixed.packets()).isPositive();
                        assertThat(mixed.marked()).isZero();
                        assertThat(other.packets()).isPositive();
                        assertThat(other.marked()).isZero();
                    });
        }
    }

    @Test
    void marksNothingWhereOneEndHasItTurnedOffOrHasNoOffloads() {
        try (StaticMesh mesh = new StaticMesh(Ours.AGENT)) {
            NamespaceNode a = mesh.node(Ours.AGENT, 10);
            NamespaceNode off = mesh.node(Ours.AGENT, 20);
            off.config().section("asterism: {wire_extensions: false}");
            NamespaceNode bare = offloading(mesh.node(Ours.AGENT, 30), false);
            List<Cable> cables = new ArrayList<>();
            for (NamespaceNode peer : List.of(off, bare)) {
                cables.add(mesh.cable(a, peer, Cable.Faults.NONE));
            }
            mesh.start();
            mesh.check(
                    () -> {
                        carriesTcp(a, off, MEGABYTES);
                        carriesTcp(a, bare, MEGABYTES);
                        assertThat(cables).allMatch(c -> c.packets() > 0 && c.marked() == 0);
                    });
        }
    }

    /** The machine behind the router is in no overlay: its kernel checks what the router's kernel has finished. */
    @Test
    void whatIsForwardedOutOfTheOverlayHasRightChecksums() {
        try (StaticMesh mesh = new StaticMesh(Ours.AGENT)) {
            NamespaceNode a = mesh.node(Ours.AGENT, 10);
            NamespaceNode router = mesh.router(20, BEHIND + ".0/24");
            a.config()
                    .tun(
                            "{dev: neb0, mtu: 1300, unsafe_routes: [{route: %s.0/24, via: %s}]}"
                                    .formatted(BEHIND, router.overlay()));
            String anyOfBehind =
                    "{port: any, proto: any, host: any, local_cidr: " + BEHIND + ".0/24}";
            router.config().rule(anyOfBehind).outboundRule(anyOfBehind);
            NamespaceNode behind = mesh.machineBehind(router, BEHIND);
            finishChecksumsOn(router.host(), "lan");
            finishChecksumsOn(behind.host(), "u0");
            Cable cable = mesh.cable(a, router, Cable.Faults.NONE);
            mesh.start();
            mesh.check(
                    () -> {
                        carriesTcp(a, behind, MEGABYTES);
                        carriesGsoBatches(a, behind);
                        assertThat(cable.marked()).isPositive();
                        assertThat(behind.host().tcpChecksumErrors()).isZero();
                        assertThat(a.host().tcpChecksumErrors()).isZero();
                    });
        }
    }

    private static void finishChecksumsOn(Host host, String device) {
        host.inside(
                () -> {
                    Kernel.withoutChecksumOffload(device);
                    return true;
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "routines: 2",
                "asterism: {threads: one}",
                "routines: 2\nasterism: {threads: one}"
            })
    void losesNothingWithMoreLanesOrFewerThreads(String setting) {
        try (StaticMesh mesh = new StaticMesh(Ours.AGENT)) {
            NamespaceNode a = mesh.node(Ours.AGENT, 10);
            NamespaceNode b = mesh.node(Ours.AGENT, 20);
            a.config().section(setting);
            b.config().section(setting);
            mesh.acquaint(a, b);
            mesh.start();
            mesh.check(
                    () -> {
                        carriesConnections(a, b, 16);
                        carriesConnections(b, a, 16);
                        survivesAReload(mesh, a, b);
                        carriesTcp(a, b, MEGABYTES);
                    });
        }
    }

    /** A packet refused as a replay would be lost without the kernel knowing. */
    private static void survivesAReload(StaticMesh mesh, NamespaceNode a, NamespaceNode b) {
        long drops = mesh.lab().kernelDrops();
        PairFlow flow = mesh.lab().own(new PairFlow(a, b, UdpFlow.Pace.MEGABYTE));
        flow.awaitBothWays(SETTLE);
        a.config().rule("{port: 8000, proto: any, host: any}");
        a.reload();
        a.daemon().awaitLog("Config reload complete");
        flow.awaitBothWays(SETTLE);
        long lost = flow.lostAtEnd();
        assertThat(flow.twice()).isZero();
        assertThat(lost)
                .as("lost of %d", flow.sent())
                .isLessThanOrEqualTo(mesh.lab().kernelDrops() - drops);
        flow.close();
        assertThat(Doors.isOpen(b, a, NodeConfig.RED_PORT)).isTrue();
    }

    private static NamespaceNode offloading(NamespaceNode node, boolean on) {
        if (!on) {
            node.config()
                    .tun("{dev: neb0, mtu: 1300, use_offloads: false}")
                    .listen("udp_offloads: false");
        }
        return node;
    }

    private static void carriesTcp(NamespaceNode a, NamespaceNode b, int megabytes) {
        try (LoadGate.Pass _ = LoadGate.alone()) {
            for (boolean there : new boolean[] {true, false}) {
                TcpTransfer transfer =
                        there ? TcpTransfer.of(a, b, megabytes) : TcpTransfer.of(b, a, megabytes);
                assertThat(transfer.received())
                        .as("SHA-256 of %d MB", megabytes)
                        .isEqualTo(transfer.sent());
            }
        }
    }

    private static void carriesConnections(NamespaceNode from, NamespaceNode to, int connections) {
        int blocks = Math.max(2, 400 / connections);
        assertThat(Crowd.intact(from, to, connections, blocks))
                .as("intact connections")
                .isEqualTo(connections);
    }

    private static void carriesGsoBatches(NamespaceNode from, NamespaceNode to) {
        for (int segment : new int[] {1200, 500, 60}) {
            GsoBatches.Outcome outcome = GsoBatches.carry(from, to, segment, 40);
            assertThat(outcome.wrong()).as("damaged of segment %d", segment).isZero();
            assertThat(outcome.intact())
                    .as("intact of segment %d", segment)
                    .isEqualTo(outcome.sent());
        }
    }
}
