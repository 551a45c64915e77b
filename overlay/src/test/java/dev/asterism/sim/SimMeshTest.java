package dev.asterism.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.Tick;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimMeshTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void givesTheSameTraceForTheSameSeed() {
        assertThat(traceOfALossyTalk(1)).isEqualTo(traceOfALossyTalk(1));
    }

    @Test
    void givesAnotherTraceForAnotherSeed() {
        assertThat(traceOfALossyTalk(1)).isNotEqualTo(traceOfALossyTalk(2));
    }

    @Test
    void runsACycleAtItsDeadlineAndNotBefore() {
        SimMesh mesh = SimMesh.exactly(1);
        Alarm alarm = new Alarm(mesh.clock().nanos() + SECOND.toNanos());
        mesh.host("a").start(environment -> alarm);

        mesh.runFor(SECOND.multipliedBy(3));

        assertThat(alarm.rang).isEqualTo(1);
        assertThat(alarm.wallWhenItRang).isEqualTo(SimClock.EPOCH.plus(SECOND));
    }

    @Test
    void startsAtAFixedWallTimeAndAnyMonotonicOne() {
        assertThat(SimMesh.exactly(1).host("a").now().wall()).isEqualTo(SimClock.EPOCH);
        assertThat(SimMesh.exactly(1).clock().nanos())
                .isNotEqualTo(SimMesh.exactly(2).clock().nanos());
    }

    @Test
    void putsOffTheWallClockOfOneHostOnly() {
        SimMesh mesh = SimMesh.exactly(1);

        SimHost late = mesh.host("late").wallSkew(Duration.ofHours(-1));

        assertThat(late.now().wall()).isEqualTo(SimClock.EPOCH.minusSeconds(3600));
        assertThat(late.now().nanos()).isEqualTo(mesh.host("right").now().nanos());
    }

    @Test
    void runsNothingOnAPausedHost() {
        SimMesh mesh = SimMesh.exactly(1);
        Alarm alarm = new Alarm(mesh.clock().nanos() + SECOND.toNanos());
        SimHost host = mesh.host("a").start(environment -> alarm);

        host.pause();
        mesh.runFor(SECOND.multipliedBy(5));
        assertThat(alarm.rang).isZero();

        host.resume();
        mesh.runFor(SECOND);
        assertThat(alarm.rang).isEqualTo(1);
    }

    @Test
    void findsANodeThatSpins() {
        SimMesh mesh = SimMesh.exactly(1);
        mesh.host("a").start(environment -> new Spinner());

        assertThatThrownBy(() -> mesh.runFor(SECOND))
                .isInstanceOf(SimFailure.class)
                .hasMessageContaining("a spins");
    }

    @Test
    void stopsAtTheEventThatMakesTheConditionHold() {
        SimMesh mesh = SimMesh.exactly(1);
        Duration start = mesh.clock().elapsed();
        mesh.after(SECOND, () -> {});
        mesh.after(SECOND.multipliedBy(2), () -> {});

        mesh.runUntil(
                Condition.of("a second passed", () -> mesh.clock().elapsed().compareTo(start) > 0),
                SECOND.multipliedBy(10));

        assertThat(mesh.clock().elapsed()).isEqualTo(SECOND);
    }

    @Test
    void tellsSeedTimeAndFilesWhenWaitingWasInVain() {
        SimMesh mesh = SimMesh.exactly(77).named("SimMeshTest.vain");
        Condition never = Condition.of("hell froze", () -> false);

        assertThatThrownBy(() -> mesh.runUntil(never, SECOND))
                .isInstanceOf(SimFailure.class)
                .hasMessageContainingAll(
                        "hell froze", "-Dsim.seed=77", "at 1.000000 s", "vain-seed-77.mmd");
        assertThat(Files.exists(Path.of("target", "sim", "SimMeshTest.vain-seed-77.mmd"))).isTrue();
        assertThat(Files.exists(Path.of("target", "sim", "SimMeshTest.vain-seed-77.pcap")))
                .isTrue();
    }

    @Test
    void closesPortsOnACrashAndOpensThemOnARestart() {
        SimMesh mesh = SimMesh.exactly(1);
        SimHost a = mesh.host("a").start(EchoNode.factory());
        SimHost b = mesh.host("b").start(EchoNode.factory());

        b.crash();
        ask(mesh, a, b);
        assertThat(a.node(EchoNode.class).answers()).isEmpty();

        b.restart();
        ask(mesh, a, b);
        assertThat(a.node(EchoNode.class).answers()).hasSize(1);
    }

    @Test
    void givesAHostTheSameRandomnessWhoeverElseIsThere() {
        SimMesh alone = SimMesh.exactly(1);
        SimMesh crowded = SimMesh.exactly(1);
        crowded.host("early").random().nextLong();

        assertThat(crowded.host("a").random().nextLong())
                .isEqualTo(alone.host("a").random().nextLong());
    }

    @Seeded({11, 12})
    void handsEachSeedToASeededTest(SimMesh mesh) {
        List<Long> wanted = new ArrayList<>(List.of(11L, 12L, Long.getLong("sim.seed", 11)));
        SeededExtension.named(System.getProperty("sim.fresh.seeds", "")).forEach(wanted::add);
        assumeThat(Long.getLong("sim.fresh", 0))
                .isZero(); // those that are drawn are known to nobody
        assertThat(mesh.seed()).isIn(wanted);
    }

    private static void ask(SimMesh mesh, SimHost from, SimHost to) {
        from.node(EchoNode.class).ask(to.endpoint(), 1);
        from.wake();
        mesh.runFor(SECOND);
    }

    private static String traceOfALossyTalk(long seed) {
        SimMesh mesh = SimMesh.exactly(seed);
        mesh.network().wideArea(SimLink.WIDE_AREA.withLoss(0.3).withJitter(Duration.ofMillis(5)));
        SimHost a = mesh.host("a").start(EchoNode.factory());
        SimHost b = mesh.host("b").start(EchoNode.factory());
        a.node(EchoNode.class).ask(b.endpoint(), 50);
        a.wake();
        mesh.runFor(SECOND.multipliedBy(30));
        return mesh.traceHash();
    }

    private static final class Alarm implements SimNode, DutyCycle {
        private long deadline;
        private int rang;
        private Instant wallWhenItRang = Instant.MIN;

        Alarm(long deadline) {
            this.deadline = deadline;
        }

        @Override
        public int doWork(Tick now) {
            if (now.nanos() < deadline) {
                return 0;
            }
            deadline = Long.MAX_VALUE;
            wallWhenItRang = now.wall();
            rang++;
            return 1;
        }

        @Override
        public long nextDeadlineNanos() {
            return deadline;
        }

        @Override
        public String role() {
            return "alarm";
        }

        @Override
        public List<DutyCycle> cycles() {
            return List.of(this);
        }

        @Override
        public void stop() {}
    }

    private static final class Spinner implements SimNode, DutyCycle {
        private final List<Long> called = new ArrayList<>();

        @Override
        public int doWork(Tick now) {
            called.add(now.nanos());
            return 0;
        }

        @Override
        public long nextDeadlineNanos() {
            return called.isEmpty() ? 0 : called.getFirst();
        }

        @Override
        public String role() {
            return "spinner";
        }

        @Override
        public List<DutyCycle> cycles() {
            return List.of(this);
        }

        @Override
        public void stop() {}
    }
}
