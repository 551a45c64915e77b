package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Certificates of both versions and both curves, with every part of the mesh played by this agent
 * and by a Nebula that knows them. A selection by default; all of it with {@code
 * -Dasterism.interop.versions=all}.
 */
@Execution(ExecutionMode.CONCURRENT)
class VersionMatrixIT {

    private static final boolean ALL =
            System.getProperty("asterism.interop.versions", "").equals("all");
    private static final int MEGABYTES = 16;
    private static final int FIRST_PING_SECONDS = 5;

    /** What lighthouse, initiator and responder show; a node of one version finds one CA of each in its pool. */
    private static final List<List<String>> VERSIONS =
            List.of(
                    List.of("1", "1", "1"),
                    List.of("2", "2", "2"),
                    List.of("12", "12", "12"),
                    List.of("12", "1", "12"),
                    List.of("12", "12", "2"),
                    List.of("2", "2", "12"),
                    List.of("12", "1", "2"));

    /** One mesh. */
    record Cell(Nebula nebula, NamespaceMesh.Plan plan) {

        @Override
        public String toString() {
            return "%s: lighthouse %s, %s to %s, %s"
                    .formatted(
                            nebula,
                            plan.lighthouse().label(),
                            plan.a().label(),
                            plan.b().label(),
                            plan.shown());
        }
    }

    static Stream<Cell> cells() {
        return ALL ? everything() : selection();
    }

    /** Each part of ours against two of Nebula's, with what differs most. */
    private static Stream<Cell> selection() {
        Nebula one = Nebula.NEW;
        Nebula two = Nebula.NEWEST;
        Ours ours = Ours.AGENT;
        return Stream.of(
                cell(one, one, ours, one, List.of("2", "2", "2"), "25519"),
                cell(two, ours, two, ours, List.of("2", "2", "2"), "P256"),
                cell(two, two, two, ours, List.of("12", "12", "2"), "25519"),
                cell(one, ours, ours, one, List.of("12", "1", "12"), "P256"));
    }

    private static Stream<Cell> everything() {
        List<Cell> cells = new ArrayList<>();
        for (Nebula nebula : List.of(Nebula.NEW, Nebula.NEWEST)) {
            for (String curve : List.of("25519", "P256")) {
                for (List<String> versions : VERSIONS) {
                    cells.addAll(parts(nebula, versions, curve));
                }
            }
        }
        return cells.stream();
    }

    private static List<Cell> parts(Nebula nebula, List<String> versions, String curve) {
        List<Cell> cells = new ArrayList<>();
        List<Product> two = List.of(Ours.AGENT, nebula);
        for (Product lighthouse : two) {
            for (Product a : two) {
                for (Product b : two) {
                    if (List.of(lighthouse, a, b).contains(Ours.AGENT)) {
                        cells.add(cell(nebula, lighthouse, a, b, versions, curve));
                    }
                }
            }
        }
        return cells;
    }

    private static Cell cell(
            Nebula nebula,
            Product lighthouse,
            Product a,
            Product b,
            List<String> versions,
            String curve) {
        ShownCertificates shown =
                new ShownCertificates(versions.get(0), versions.get(1), versions.get(2), curve);
        return new Cell(nebula, NamespaceMesh.Plan.of(nebula, lighthouse, a, b).showing(shown));
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
                        admitsByGroup(mesh.a(), mesh.b());
                        admitsByGroup(mesh.b(), mesh.a());
                    });
            carriesTcp(mesh.a(), mesh.b());
            carriesTcp(mesh.b(), mesh.a());
            if (Objects.requireNonNull(cell.plan().shown()).areOfVersion2Alone()) {
                carriesIpv6(mesh);
            }
        }
        System.out.printf("%s: first ping %.0f ms%n", cell, firstPing[0]);
    }

    private static void carriesIpv6(NamespaceMesh mesh) {
        NamespaceNode a = mesh.a().by(NamespaceMesh.ipv6Of(mesh.a().overlay()));
        NamespaceNode b = mesh.b().by(NamespaceMesh.ipv6Of(mesh.b().overlay()));
        Ping.once(a, b.overlay(), FIRST_PING_SECONDS);
        admitsByGroup(a, b);
        admitsByGroup(b, a);
        carriesTcp(a, b);
        carriesTcp(b, a);
    }

    private static void admitsByGroup(NamespaceNode from, NamespaceNode to) {
        assertThat(Doors.isOpen(from, to, NodeConfig.RED_PORT))
                .as("%s lets the group in", to.product().label())
                .isTrue();
        assertThat(Doors.isOpen(from, to, NodeConfig.BLUE_PORT))
                .as("%s keeps others out", to.product().label())
                .isFalse();
    }

    private static void carriesTcp(NamespaceNode from, NamespaceNode to) {
        TcpTransfer transfer = TcpTransfer.of(from, to, MEGABYTES);
        assertThat(transfer.received()).as("SHA-256 of what arrived").isEqualTo(transfer.sent());
    }
}
