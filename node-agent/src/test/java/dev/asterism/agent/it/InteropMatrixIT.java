package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every part of a mesh played by this agent and by real Nebula, with both ciphers and both orders of addresses. */
@Execution(ExecutionMode.CONCURRENT)
class InteropMatrixIT {

    private static final int MEGABYTES = 64;
    private static final int UDP_PACKETS = 10_000;
    private static final int FIRST_PING_SECONDS = 5;

    /** One mesh. */
    record Cell(Nebula nebula, NamespaceMesh.Plan plan) {

        @Override
        public String toString() {
            return "%s: lighthouse %s, %s to %s, %s, %s"
                    .formatted(
                            nebula,
                            plan.lighthouse().label(),
                            plan.a().label(),
                            plan.b().label(),
                            plan.cipher(),
                            plan.order());
        }
    }

    static Stream<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (Nebula nebula : Nebula.ALL) {
            List<Product> two = List.of(Ours.AGENT, nebula);
            for (Product lighthouse : two) {
                for (Product initiator : two) {
                    for (Product responder : two) {
                        cells.addAll(variants(nebula, lighthouse, initiator, responder));
                    }
                }
            }
        }
        return cells.stream();
    }

    private static List<Cell> variants(Nebula nebula, Product lighthouse, Product a, Product b) {
        List<Cell> cells = new ArrayList<>();
        if (!List.of(lighthouse, a, b).contains(Ours.AGENT)) {
            return cells;
        }
        for (String cipher : List.of("aes", "chachapoly")) {
            for (NamespaceMesh.Order order : NamespaceMesh.Order.values()) {
                cells.add(
                        new Cell(
                                nebula,
                                NamespaceMesh.Plan.of(nebula, lighthouse, a, b)
                                        .with(cipher, order)));
            }
        }
        return cells;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cells")
    void carriesEverything(Cell cell) {
        cell.nebula().require();
        try (NamespaceMesh mesh = new NamespaceMesh(cell.plan())) {
            mesh.check(() -> carriesEverything(cell, mesh));
        }
    }

    private static void carriesEverything(Cell cell, NamespaceMesh mesh) {
        double[] firstPing = new double[1];
        try (LoadGate.Pass _ = LoadGate.shared()) {
            mesh.start(
                    () -> {
                        firstPing[0] = Ping.once(mesh.a(), mesh.b().overlay(), FIRST_PING_SECONDS);
                        admitsByGroup(mesh);
                    });
            losesNoUdp(mesh);
        }
        long there;
        long back;
        try (LoadGate.Pass _ = LoadGate.alone()) {
            there = carriesTcp(mesh.a(), mesh.b());
            back = carriesTcp(mesh.b(), mesh.a());
        }
        System.out.printf(
                "%s: first ping %.0f ms, 64 MB at %d and back at %d MB/s%n",
                cell, firstPing[0], there, back);
    }

    private static void admitsByGroup(NamespaceMesh mesh) {
        for (List<NamespaceNode> pair :
                List.of(List.of(mesh.a(), mesh.b()), List.of(mesh.b(), mesh.a()))) {
            NamespaceNode from = pair.getFirst();
            NamespaceNode to = pair.getLast();
            assertThat(Doors.isOpen(from, to, NodeConfig.RED_PORT))
                    .as("%s lets the group in", to.product().label())
                    .isTrue();
            assertThat(Doors.isOpen(from, to, NodeConfig.BLUE_PORT))
                    .as("%s keeps others out", to.product().label())
                    .isFalse();
        }
    }

    /** A megabyte a second for ten seconds, both ways at once. */
    private static void losesNoUdp(NamespaceMesh mesh) {
        long dropsBefore = mesh.kernelDrops();
        try (PairFlow flow = new PairFlow(mesh.a(), mesh.b(), UdpFlow.Pace.MEGABYTE)) {
            Waits.until(
                    "ten megabytes each way",
                    Duration.ofSeconds(40),
                    () -> Math.min(flow.there().sent(), flow.back().sent()) >= UDP_PACKETS);
            int lost = flow.lostAtEnd();
            long explained = mesh.kernelDrops() - dropsBefore;
            assertThat(flow.twice()).as("delivered twice").isZero();
            assertThat((long) lost)
                    .as(
                            "lost of %d, of which full queues of the kernel explain %d: %s",
                            flow.sent(), explained, flow.gaps())
                    .isLessThanOrEqualTo(explained);
        }
    }

    private static long carriesTcp(NamespaceNode from, NamespaceNode to) {
        TcpTransfer transfer = TcpTransfer.of(from, to, MEGABYTES);
        assertThat(transfer.received()).as("SHA-256 of what arrived").isEqualTo(transfer.sent());
        return transfer.megabytesPerSecond();
    }
}
