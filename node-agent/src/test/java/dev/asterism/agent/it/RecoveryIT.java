package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Nodes that are killed, come back or move while packets flow between this agent and real Nebula. */
@Execution(ExecutionMode.CONCURRENT)
class RecoveryIT {

    private static final Duration SETTLE = Duration.ofSeconds(60);

    /** Longer than a Nebula node takes to notice that a lighthouse is away. */
    private static final Duration WATCHED = Duration.ofSeconds(8);

    private static final Duration WINDOW = Duration.ofSeconds(15);

    /**
     * Below the 15 s after which stock nodes notice a dead tunnel. Not a bar of speed, as the machine may be slow:
     * those bars are in benchmarks/faults.
     */
    private static final long MAX_MILLIS = 12_000;

    /** To whom it happens. */
    enum Victim {
        ASTERISM,
        NEBULA;

        NamespaceNode in(NamespaceMesh mesh) {
            return this == ASTERISM ? mesh.a() : mesh.b();
        }
    }

    /** A pair with real Nebula, and one of the two. */
    record Case(Nebula nebula, Victim victim) {

        /** The pair, and a lighthouse of the kind that is not in trouble. */
        NamespaceMesh.Plan plan() {
            Product lighthouse = victim == Victim.ASTERISM ? nebula : Ours.AGENT;
            return NamespaceMesh.Plan.of(nebula, lighthouse, Ours.AGENT, nebula);
        }

        @Override
        public String toString() {
            return victim.name().toLowerCase(Locale.ROOT) + " of a pair with " + nebula;
        }
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Nebula nebula : Nebula.ALL) {
            for (Victim victim : Victim.values()) {
                cases.add(new Case(nebula, victim));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void flowsAgainAfterAKillAndARestart(Case wanted) {
        wanted.nebula().require();
        try (NamespaceMesh mesh = new NamespaceMesh(wanted.plan())) {
            PairFlow flow = flowing(mesh);
            NamespaceNode victim = wanted.victim().in(mesh);
            try (LoadGate.Pass _ = LoadGate.alone()) {
                victim.kill();
                victim.start();
                // How long a process takes to start is not what is claimed.
                victim.awaitReady();
                long restarted = System.nanoTime();
                checkRecovery(mesh, wanted + " restarted", flow, restarted);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void flowsAgainAfterAMove(Case wanted) {
        wanted.nebula().require();
        try (NamespaceMesh mesh = new NamespaceMesh(wanted.plan())) {
            PairFlow flow = flowing(mesh);
            try (LoadGate.Pass _ = LoadGate.alone()) {
                long moved = System.nanoTime();
                wanted.victim().in(mesh).host().moveTo(77);
                checkRecovery(mesh, wanted + " moved", flow, moved);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("nebulas")
    void isFollowedWhenItMovesAndOnlyItsPeerSends(Nebula nebula) {
        nebula.require();
        try (NamespaceMesh mesh =
                new NamespaceMesh(NamespaceMesh.Plan.of(nebula, nebula, Ours.AGENT, nebula))) {
            mesh.start();
            UdpFlow flow =
                    mesh.lab()
                            .own(
                                    new UdpFlow(
                                            mesh.b(),
                                            mesh.a(),
                                            NodeConfig.OPEN_PORT,
                                            UdpFlow.Pace.PROBES));
            long begun = System.nanoTime();
            Waits.until("traffic", SETTLE, () -> flow.arrivedAfter(begun));
            try (LoadGate.Pass _ = LoadGate.alone()) {
                mesh.a().host().moveTo(77);
                long moved = System.nanoTime();
                Waits.happensWithin(WINDOW, () -> flow.arrivedAfter(moved));
                mesh.check(
                        () ->
                                assertThat(flow.firstAfter(moved) / 1_000_000)
                                        .as("milliseconds until packets find the new address")
                                        .isLessThanOrEqualTo(MAX_MILLIS));
            }
        }
    }

    static Stream<Nebula> nebulas() {
        return Nebula.ALL.stream();
    }

    @ParameterizedTest(name = "lighthouse {0}")
    @MethodSource("lighthouses")
    void losesNothingWhenTheLighthouseIsKilled(Product lighthouse, Nebula nebula) {
        nebula.require();
        NamespaceMesh.Plan plan = NamespaceMesh.Plan.of(nebula, lighthouse, Ours.AGENT, nebula);
        try (NamespaceMesh mesh = new NamespaceMesh(plan)) {
            PairFlow first = flowing(mesh);
            first.close();
            long dropsBefore = mesh.kernelDrops();
            PairFlow flow = mesh.flow();
            flow.awaitBothWays(SETTLE);
            mesh.lighthouse().kill();
            Waits.watchFor(WATCHED);
            long lost = flow.lostAtEnd();
            mesh.check(
                    () ->
                            assertThat(lost)
                                    .as("lost packets (%s)", flow)
                                    .isLessThanOrEqualTo(mesh.kernelDrops() - dropsBefore));
        }
    }

    static Stream<Arguments> lighthouses() {
        return Nebula.ALL.stream()
                .flatMap(
                        nebula ->
                                Stream.of(Ours.AGENT, nebula)
                                        .map(lighthouse -> Arguments.of(lighthouse, nebula)));
    }

    private static PairFlow flowing(NamespaceMesh mesh) {
        mesh.start();
        PairFlow flow = mesh.flow();
        mesh.check(() -> flow.awaitBothWays(SETTLE));
        return flow;
    }

    private static void checkRecovery(NamespaceMesh mesh, String what, PairFlow flow, long since) {
        long millis = flow.millisToFlow(since, WINDOW);
        System.out.println(what + ": traffic both ways after " + millis + " ms");
        mesh.check(
                () ->
                        assertThat(millis)
                                .as("milliseconds until packets flow both ways")
                                .isLessThanOrEqualTo(MAX_MILLIS));
    }
}
