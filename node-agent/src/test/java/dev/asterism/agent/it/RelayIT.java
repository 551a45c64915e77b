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

/** Two hosts that can reach nobody but a relay: this agent and real Nebula in every part of it. */
@Execution(ExecutionMode.CONCURRENT)
class RelayIT {

    private static final String RELAY = "10.42.0.1";
    private static final int MEGABYTES = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The relay is the lighthouse as well. */
    record Parts(Nebula nebula, Product relay, Product a, Product b) {

        @Override
        public String toString() {
            return "%s: relay %s between %s and %s"
                    .formatted(nebula, relay.label(), a.label(), b.label());
        }
    }

    static Stream<Parts> parts() {
        List<Parts> cases = new ArrayList<>();
        cases.add(new Parts(Nebula.OLD, Ours.AGENT, Ours.AGENT, Ours.AGENT));
        for (Nebula nebula : Nebula.ALL) {
            cases.add(new Parts(nebula, nebula, Ours.AGENT, Ours.AGENT));
            cases.add(new Parts(nebula, Ours.AGENT, nebula, nebula));
            cases.add(new Parts(nebula, nebula, Ours.AGENT, nebula));
            cases.add(new Parts(nebula, nebula, nebula, Ours.AGENT));
            cases.add(new Parts(nebula, Ours.AGENT, Ours.AGENT, nebula));
        }
        return cases.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("parts")
    void carriesEverythingBothWays(Parts parts) {
        NamespaceMesh.Plan plan =
                NamespaceMesh.Plan.of(parts.nebula(), parts.relay(), parts.a(), parts.b());
        try (NamespaceMesh mesh = new NamespaceMesh(plan)) {
            mesh.lighthouse().config().section("relay: {am_relay: true}");
            for (NamespaceNode end : List.of(mesh.a(), mesh.b())) {
                end.config().section("relay: {relays: ['" + RELAY + "'], use_relays: true}");
            }
            mesh.a().host().separateFrom(mesh.b().host());
            mesh.start();
            mesh.check(() -> carriesEverythingBothWays(mesh));
        }
    }

    private static void carriesEverythingBothWays(NamespaceMesh mesh) {
        Waits.until(
                "an answer through the relay",
                PATIENCE,
                () -> answers(mesh.a(), mesh.b()),
                () -> mesh.a().daemon().log());
        Ping.once(mesh.b(), mesh.a().overlay(), 5);
        TcpTransfer there = TcpTransfer.of(mesh.a(), mesh.b(), MEGABYTES);
        TcpTransfer back = TcpTransfer.of(mesh.b(), mesh.a(), MEGABYTES);
        assertThat(there.isIntact()).isTrue();
        assertThat(back.isIntact()).isTrue();
    }

    private static boolean answers(NamespaceNode from, NamespaceNode to) {
        return from.host().run("ping", "-n", "-c", "1", "-W", "1", to.overlay()).exit() == 0;
    }
}
