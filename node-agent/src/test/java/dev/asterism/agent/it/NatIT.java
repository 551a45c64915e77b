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

/** Masquerading routers that let nothing in unasked, before this agent, before real Nebula, and before both. */
@Execution(ExecutionMode.CONCURRENT)
class NatIT {

    /** Whoever does not get through by punching gets through at no time. */
    private static final Duration WINDOW = Duration.ofSeconds(40);

    /** Who finds whom, past which routers. */
    record Case(Nebula nebula, Product lighthouse, NamespaceMesh.Nat nat) {

        @Override
        public String toString() {
            return "asterism is a, %s is b, %s is the lighthouse, behind a NAT: %s"
                    .formatted(nebula, lighthouse.label(), nat);
        }
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Nebula nebula : Nebula.ALL) {
            for (Product lighthouse : List.of(Ours.AGENT, nebula)) {
                for (NamespaceMesh.Nat nat :
                        List.of(NamespaceMesh.Nat.A, NamespaceMesh.Nat.B, NamespaceMesh.Nat.BOTH)) {
                    cases.add(new Case(nebula, lighthouse, nat));
                }
            }
        }
        return cases.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void getsThrough(Case wanted) {
        wanted.nebula().require();
        NamespaceMesh.Plan plan =
                NamespaceMesh.Plan.of(
                                wanted.nebula(), wanted.lighthouse(), Ours.AGENT, wanted.nebula())
                        .behind(wanted.nat());
        try (NamespaceMesh mesh = new NamespaceMesh(plan)) {
            mesh.start();
            long begun = System.nanoTime();
            PairFlow flow = mesh.flow();
            long millis = flow.millisToFlow(begun, WINDOW);
            System.out.println(wanted + ": traffic both ways after " + millis + " ms");
            mesh.check(
                    () ->
                            assertThat(millis)
                                    .as("milliseconds until packets flow both ways, if ever")
                                    .isLessThan(Long.MAX_VALUE));
        }
    }
}
