package dev.asterism.agent.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * F09b of the fault bench with real Nebula at the other end and as the relay: the direct path carries packets in one
 * direction only. Two Nebula nodes stay without traffic in the other direction for ever; this agent heals it alone,
 * whether what it sends is lost or what it should hear.
 */
@Execution(ExecutionMode.CONCURRENT)
class OneWayCutIT {

    private static final String RELAY = "10.42.0.1";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Longer than a Nebula node takes to look for another path, or than ours to try the direct one again. */
    private static final Duration STAYS = Duration.ofSeconds(12);

    /** What was lost again stays lost until one side has looked for a path for longer than that. */
    private static final Duration STILL = Duration.ofSeconds(8);

    private static final int STEADY = 100;

    /** The relay is the lighthouse as well. */
    record Cut(Nebula nebula, boolean oursIsDeaf) {

        @Override
        public String toString() {
            return nebula.label()
                    + (oursIsDeaf ? ": nothing comes from it" : ": nothing gets to it");
        }
    }

    static Stream<Cut> cuts() {
        List<Cut> cuts = new ArrayList<>();
        for (Nebula nebula : Nebula.ALL) {
            cuts.add(new Cut(nebula, false));
            cuts.add(new Cut(nebula, true));
        }
        return cuts.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cuts")
    void isHealedByOurSideAlone(Cut cut) {
        NamespaceMesh.Plan plan =
                NamespaceMesh.Plan.of(cut.nebula(), cut.nebula(), Ours.AGENT, cut.nebula());
        try (NamespaceMesh mesh = new NamespaceMesh(plan)) {
            mesh.lighthouse().config().section("relay: {am_relay: true}");
            for (NamespaceNode end : List.of(mesh.a(), mesh.b())) {
                end.config().section("relay: {relays: ['" + RELAY + "'], use_relays: true}");
            }
            mesh.start();
            mesh.check(() -> heals(mesh, cut));
        }
    }

    private static void heals(NamespaceMesh mesh, Cut cut) {
        PairFlow flow = mesh.flow();
        flow.awaitBothWays(PATIENCE);
        awaitMore(flow, STEADY);
        Host mute = cut.oursIsDeaf() ? mesh.b().host() : mesh.a().host();
        Host deaf = cut.oursIsDeaf() ? mesh.a().host() : mesh.b().host();

        mute.nft(
                """
                table ip cut {
                  chain out { type filter hook output priority 0; ip daddr %s drop; }
                }
                """
                        .formatted(deaf.underlay()));
        flow.awaitBothWays(PATIENCE);

        Waits.watchFor(STAYS);
        flow.awaitBothWays(STILL);
    }

    private static void awaitMore(PairFlow flow, int packets) {
        int there = flow.there().arrived() + packets;
        int back = flow.back().arrived() + packets;
        Waits.until(
                packets + " packets each way",
                PATIENCE,
                () -> flow.there().arrived() >= there && flow.back().arrived() >= back,
                flow::toString);
    }
}
