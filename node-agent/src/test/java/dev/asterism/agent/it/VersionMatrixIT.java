package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.agent.it.MatrixReport.End;
import dev.asterism.agent.it.MatrixReport.Outcome;
import dev.asterism.agent.it.RolesMesh.Ends;
import dev.asterism.agent.it.RolesMesh.Pair;
import dev.asterism.agent.it.RolesMesh.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/**
 * Certificates of both versions and both curves, with every part of the mesh played by this agent and by a Nebula that
 * knows them: four cells by default. {@code -Dasterism.interop.versions=pairwise} takes some 440, {@code =all} the full
 * product of 1,760, and any other value those meshes of the latter whose name has a match of it as an expression;
 * 64 MB each way, or {@code -Dasterism.interop.megabytes}.
 */
@Execution(ExecutionMode.CONCURRENT)
class VersionMatrixIT {

    private static final String WANTED = System.getProperty("asterism.interop.versions", "");
    private static final boolean LONG = !WANTED.isEmpty();

    private static final int MEGABYTES =
            Integer.getInteger("asterism.interop.megabytes", LONG ? 64 : 16);

    /** Handshakes are repeated meanwhile, for the relay's own tunnels as well. */
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(60);

    private static final Duration NEXT_ANSWER = Duration.ofSeconds(30);

    /** One mesh comes up while another one is busy; more of the large ones would be in each other's way. */
    private static final Semaphore MESHES = new Semaphore(LONG ? 2 : 4, true);

    private static final MatrixReport REPORT =
            new MatrixReport(
                    WANTED, plans().mapToInt(plan -> plan.pairs().size()).sum(), MEGABYTES);

    static Stream<Plan> plans() {
        return switch (WANTED) {
            case "" -> VersionMatrix.selection().stream();
            case "pairwise" -> VersionMatrix.pairwise().stream();
            case "all" -> VersionMatrix.everything().stream();
            default ->
                    VersionMatrix.everything().stream()
                            .filter(plan -> plan.toString().matches(".*(?:" + WANTED + ").*"));
        };
    }

    @Test
    void everyTwoValuesMeetInTheShortMatrix() {
        assertThat(VersionMatrix.pairwise()).hasSize(40);
        assertThat(VersionMatrix.everything()).hasSize(160);
        assertThat(meetings(VersionMatrix.pairwise()))
                .isEqualTo(meetings(VersionMatrix.everything()));
    }

    private static Set<Set<String>> meetings(List<Plan> plans) {
        Set<Set<String>> meetings = new HashSet<>();
        for (Plan plan : plans) {
            List<String> values =
                    List.of(
                            plan.nebula().label(),
                            "versions " + plan.shown().versions(),
                            "inside " + plan.shown().inside(),
                            plan.shown().curve(),
                            plan.cipher());
            for (Pair pair : plan.pairs()) {
                String parts = MatrixReport.parts(plan, pair);
                values.forEach(
                        one -> {
                            meetings.add(Set.of(parts, one));
                            values.forEach(
                                    other -> meetings.add(new HashSet<>(List.of(one, other))));
                        });
            }
        }
        return meetings;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("plans")
    void carriesEverything(Plan plan) {
        MESHES.acquireUninterruptibly();
        List<String> failures = new ArrayList<>();
        try {
            plan.nebula().require();
            report(outcomes(plan, failures));
        } catch (TestAbortedException e) {
            report(all(plan, End.SKIPPED, e));
            throw e;
        } finally {
            MESHES.release();
        }
        assertThat(failures).isEmpty();
    }

    /**
     * @param failures gets a text with logs for each cell that failed
     */
    private static List<Outcome> outcomes(Plan plan, List<String> failures) {
        try (RolesMesh mesh = new RolesMesh(plan)) {
            mesh.start();
            List<Callable<OptionalLong>> first = new ArrayList<>();
            plan.pairs().forEach(pair -> first.add(() -> firstAnswer(mesh.ends(pair).getFirst())));
            List<OptionalLong> millis = NatGrid.together(first, first.size());
            List<Outcome> outcomes = new ArrayList<>();
            for (int i = 0; i < first.size(); i++) {
                Pair pair = plan.pairs().get(i);
                Outcome outcome = outcome(plan, pair, mesh, millis.get(i));
                System.out.println(outcome);
                if (outcome.has(End.FAILED)) {
                    failures.add(outcome + mesh.logs(pair));
                }
                outcomes.add(outcome);
            }
            return outcomes;
        } catch (TestAbortedException e) {
            throw e;
        } catch (AssertionError | RuntimeException e) {
            failures.add(plan + ": " + e);
            return all(plan, End.FAILED, e);
        }
    }

    private static List<Outcome> all(Plan plan, End end, Throwable why) {
        return plan.pairs().stream().map(pair -> Outcome.without(plan, pair, end, why)).toList();
    }

    private static OptionalLong firstAnswer(Ends ends) {
        long begun = System.nanoTime();
        return Ping.answers(ends.a(), ends.b(), FIRST_ANSWER)
                ? OptionalLong.of((System.nanoTime() - begun) / 1_000_000)
                : OptionalLong.empty();
    }

    private static Outcome outcome(Plan plan, Pair pair, RolesMesh mesh, OptionalLong first) {
        try (LoadGate.Pass _ = LONG ? LoadGate.alone() : LoadGate.shared()) {
            if (first.isEmpty()) {
                throw new AssertionError("no answer within " + FIRST_ANSWER.toSeconds() + " s");
            }
            long there = Long.MAX_VALUE;
            long back = Long.MAX_VALUE;
            long relayedBefore = mesh.bytesAtRelay(pair);
            List<Ends> all = mesh.ends(pair);
            for (Ends ends : all) {
                NamespaceNode a = ends.a();
                NamespaceNode b = ends.b();
                if (!Ping.answers(a, b, NEXT_ANSWER)) {
                    throw new AssertionError("no answer from " + b.overlay());
                }
                MatrixChecks.admitByGroup(a, b);
                there = Math.min(there, MatrixChecks.carriesTcp(a, b, MEGABYTES));
                back = Math.min(back, MatrixChecks.carriesTcp(b, a, MEGABYTES));
            }
            if (pair.relay() != null) {
                assertThat(mesh.bytesAtRelay(pair) - relayedBefore)
                        .as("bytes that came in at the relay")
                        .isGreaterThan((2L * all.size() * MEGABYTES) << 20);
            }
            return Outcome.passed(plan, pair, first.getAsLong(), there, back);
        } catch (AssertionError | RuntimeException e) {
            return Outcome.without(plan, pair, End.FAILED, e);
        }
    }

    private static void report(List<Outcome> outcomes) {
        if (LONG) {
            REPORT.add(outcomes);
        }
    }

    @AfterAll
    static void writeReport() {
        if (LONG) {
            boolean all = WANTED.equals("pairwise") || WANTED.equals("all");
            REPORT.finish(all && MEGABYTES >= 64);
        }
    }
}
