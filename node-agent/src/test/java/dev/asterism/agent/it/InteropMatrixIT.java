package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every part of a mesh played by this agent and by real Nebula, with both ciphers and both orders of addresses: 56
 * cells in eight meshes. Ten megabytes of UDP and 64 MB of TCP each way in every cell with {@code
 * -Dasterism.interop.full=true}, as in ./verify --nightly; without, three megabytes, and 64 MB in one cell for each
 * Nebula and cipher and 16 MB in the others.
 */
@Execution(ExecutionMode.CONCURRENT)
@Order(1)
class InteropMatrixIT {

    private static final boolean FULL = Boolean.getBoolean("asterism.interop.full");
    private static final int MEGABYTES = FULL ? 64 : 16;
    private static final int LONG_MEGABYTES = 64;
    private static final int UDP_PACKETS = FULL ? 10_000 : 3_000;
    private static final Duration UDP_PATIENCE = Duration.ofSeconds(FULL ? 80 : 40);

    /** Handshakes are repeated meanwhile; a pair that cannot have a tunnel has none after any time. */
    private static final int FIRST_PING_SECONDS = 20;

    static Stream<InteropMesh.Plan> plans() {
        List<InteropMesh.Plan> plans = new ArrayList<>();
        for (Nebula nebula : Nebula.ALL) {
            for (Product lighthouse : List.of(Ours.AGENT, nebula)) {
                for (String cipher : List.of("aes", "chachapoly")) {
                    plans.add(new InteropMesh.Plan(nebula, lighthouse, cipher));
                }
            }
        }
        return plans.stream();
    }

    /** As meshes share nodes between cells, what is a cell is not seen in the list of tests. */
    @Test
    void theMeshesHaveEveryCellOnce() {
        Set<String> cells = new LinkedHashSet<>();
        for (Nebula nebula : Nebula.ALL) {
            for (MatrixChecks.Parts parts : MatrixChecks.parts(nebula)) {
                for (String variant :
                        List.of("aes, low", "aes, high", "chachapoly, low", "chachapoly, high")) {
                    cells.add(cell(nebula, parts.lighthouse(), parts.a(), parts.b(), variant));
                }
            }
        }
        assertThat(plans().flatMap(InteropMatrixIT::cells))
                .containsExactlyInAnyOrderElementsOf(cells);
        assertThat(cells).hasSize(56);
        assertThat(
                        plans().flatMap(
                                        plan ->
                                                plan.pairs().stream()
                                                        .filter(pair -> isLong(plan, pair))))
                .hasSize(Nebula.ALL.size() * 2);
    }

    private static Stream<String> cells(InteropMesh.Plan plan) {
        return plan.pairs().stream()
                .map(
                        pair ->
                                cell(
                                        plan.nebula(),
                                        plan.lighthouse(),
                                        plan.productOf(pair.a()),
                                        plan.productOf(pair.b()),
                                        plan.cipher() + (pair.aIsLower() ? ", low" : ", high")));
    }

    private static String cell(
            Nebula nebula, Product lighthouse, Product a, Product b, String variant) {
        return "%s: lighthouse %s, %s to %s, %s"
                .formatted(nebula, lighthouse.label(), a.label(), b.label(), variant);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("plans")
    void carriesEverything(InteropMesh.Plan plan) {
        plan.nebula().require();
        try (InteropMesh mesh = new InteropMesh(plan)) {
            mesh.start();
            List<PairOfMesh> pairs =
                    plan.pairs().stream().map(pair -> new PairOfMesh(plan, mesh, pair)).toList();
            assertAll(pairs.stream().map(pair -> () -> pair.check(pair::carriesSmall)));
            try (LoadGate.Pass _ = LoadGate.alone()) {
                assertAll(pairs.stream().map(pair -> () -> pair.check(pair::carriesMuch)));
            }
        }
    }

    private static boolean isLong(InteropMesh.Plan plan, InteropMesh.Pair pair) {
        return plan.lighthouse() == Ours.AGENT && pair.equals(new InteropMesh.Pair(10, 20));
    }

    /** A cell where it is. */
    private record PairOfMesh(InteropMesh.Plan plan, InteropMesh mesh, InteropMesh.Pair pair) {

        NamespaceNode a() {
            return mesh.node(pair.a());
        }

        NamespaceNode b() {
            return mesh.node(pair.b());
        }

        void check(Runnable claims) {
            try {
                claims.run();
            } catch (AssertionError e) {
                throw new AssertionError(this + ": " + e.getMessage() + mesh.logs(pair), e);
            }
        }

        void carriesSmall() {
            double firstPing = Ping.once(a(), b().overlay(), FIRST_PING_SECONDS);
            MatrixChecks.admitByGroup(a(), b());
            losesNoUdp();
            System.out.printf("%s: first ping %.0f ms%n", this, firstPing);
        }

        /** A megabyte a second, both ways at once. */
        private void losesNoUdp() {
            long dropsBefore = mesh.kernelDrops();
            try (PairFlow flow = new PairFlow(a(), b(), UdpFlow.Pace.MEGABYTE)) {
                Waits.until(
                        UDP_PACKETS + " packets each way",
                        UDP_PATIENCE,
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

        void carriesMuch() {
            int megabytes = isLong(plan, pair) ? LONG_MEGABYTES : MEGABYTES;
            TcpTransfer there = TcpTransfer.of(a(), b(), megabytes);
            TcpTransfer back = TcpTransfer.of(b(), a(), megabytes);
            assertThat(there.received()).as("SHA-256 there").isEqualTo(there.sent());
            assertThat(back.received()).as("SHA-256 back").isEqualTo(back.sent());
            System.out.printf(
                    "%s: %d MB at %d and back at %d MB/s%n",
                    this, megabytes, there.megabytesPerSecond(), back.megabytesPerSecond());
        }

        @Override
        public String toString() {
            return "%s, %s to %s, %s"
                    .formatted(
                            plan,
                            a().product().label(),
                            b().product().label(),
                            pair.aIsLower() ? "a lower" : "b lower");
        }
    }
}
