package dev.asterism.agent.it;

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
    private static final int MEGABYTES = ALL ? 64 : 16;

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
            return "%s: lighthouse %s, %s to %s, %s, %s"
                    .formatted(
                            nebula,
                            plan.lighthouse().label(),
                            plan.a().label(),
                            plan.b().label(),
                            plan.cipher(),
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
                cell(one, one, ours, one, List.of("2", "2", "2"), "25519", "chachapoly"),
                cell(two, ours, two, ours, List.of("2", "2", "2"), "P256", "aes"),
                cell(two, two, two, ours, List.of("12", "12", "2"), "25519", "aes"),
                cell(one, ours, ours, one, List.of("12", "1", "12"), "P256", "chachapoly"));
    }

    private static Stream<Cell> everything() {
        List<Cell> cells = new ArrayList<>();
        for (Nebula nebula : List.of(Nebula.NEW, Nebula.NEWEST)) {
            for (String curve : List.of("25519", "P256")) {
                for (List<String> versions : VERSIONS) {
                    for (String cipher : List.of("aes", "chachapoly")) {
                        for (MatrixChecks.Parts p : MatrixChecks.parts(nebula)) {
                            cells.add(
                                    cell(
                                            nebula,
                                            p.lighthouse(),
                                            p.a(),
                                            p.b(),
                                            versions,
                                            curve,
                                            cipher));
                        }
                    }
                }
            }
        }
        return cells.stream();
    }

    private static Cell cell(
            Nebula nebula,
            Product lighthouse,
            Product a,
            Product b,
            List<String> versions,
            String curve,
            String cipher) {
        ShownCertificates shown =
                new ShownCertificates(versions.get(0), versions.get(1), versions.get(2), curve);
        return new Cell(
                nebula,
                NamespaceMesh.Plan.of(nebula, lighthouse, a, b)
                        .with(cipher, NamespaceMesh.Order.A_LOWER)
                        .showing(shown));
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
                        firstPing[0] =
                                Ping.once(
                                        mesh.a(),
                                        mesh.b().overlay(),
                                        MatrixChecks.FIRST_PING_SECONDS);
                        MatrixChecks.admitByGroup(mesh.a(), mesh.b());
                    });
            MatrixChecks.carriesTcp(mesh.a(), mesh.b(), MEGABYTES);
            MatrixChecks.carriesTcp(mesh.b(), mesh.a(), MEGABYTES);
            if (Objects.requireNonNull(cell.plan().shown()).areOfVersion2Alone()) {
                carriesIpv6(mesh);
            }
        }
        System.out.printf("%s: first ping %.0f ms%n", cell, firstPing[0]);
    }

    private static void carriesIpv6(NamespaceMesh mesh) {
        NamespaceNode a = mesh.a().by(NamespaceMesh.ipv6Of(mesh.a().overlay()));
        NamespaceNode b = mesh.b().by(NamespaceMesh.ipv6Of(mesh.b().overlay()));
        Ping.once(a, b.overlay(), MatrixChecks.FIRST_PING_SECONDS);
        MatrixChecks.admitByGroup(a, b);
        MatrixChecks.carriesTcp(a, b, MEGABYTES);
        MatrixChecks.carriesTcp(b, a, MEGABYTES);
    }
}
