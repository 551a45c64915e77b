package dev.asterism.agent.l7;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.agent.config.ConfigFiles;
import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.runtime.LoopThreads;
import dev.asterism.l7.telemetry.AccessLog;
import dev.asterism.l7.telemetry.FilterMetrics;
import dev.asterism.l7.telemetry.LoopFailures;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoopWatchTest {

    private static final int LOOPS = 2;

    private long now = 7;
    private boolean secondHasEnded;
    private int replaced;
    private int looksForShortages;
    private final LoopSigns signs = new LoopSigns(LOOPS, () -> now++);
    private final LoopFailures failures = new LoopFailures();
    private final LoopWatch watch =
            new LoopWatch(
                    signs,
                    new Threads(),
                    failures,
                    true,
                    () -> replaced++,
                    new ShortageWatch(this::shed));

    private final class Threads implements LoopThreads {

        @Override
        public int count() {
            return LOOPS;
        }

        @Override
        public boolean hasEnded(int loop) {
            return loop == 1 && secondHasEnded;
        }

        @Override
        public @Nullable Throwable end(int loop) {
            return new InternalError("by the test");
        }

        @Override
        public List<StackTraceElement> whereabouts(int loop) {
            return List.of(new StackTraceElement("A", "b", "A.java", 1));
        }
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            signs.alive(0);
            watch.look();
        }
    }

    private Map<String, Long> shed() {
        looksForShortages++;
        return Map.of();
    }

    private double value(String family, String label) {
        FilterConfig config =
                Objects.requireNonNull(
                        ConfigFiles.filterOf("l7: {enabled: true}").value().config());
        FilterMetrics metrics = new FilterMetrics(config, new AccessLog(config));
        metrics.watch(failures);
        return metrics.families().stream()
                .filter(one -> one.name().equals(family))
                .flatMap(one -> one.points().stream())
                .filter(point -> String.join("", point.labels()).equals(label))
                .findFirst()
                .orElseThrow()
                .value();
    }

    private double stalled() {
        return value("mesh_l7_loop_failures_total", "stalled");
    }

    private double silent() {
        return value("mesh_l7_loops_silent", "");
    }

    @Test
    void aLoopIsSilentForSoManyLooksAndCountedOnce() {
        look(LoopWatch.LOOKS);
        assertThat(silent()).isZero();
        look(1);
        assertThat(silent()).isEqualTo(1);
        look(100);
        assertThat(stalled()).isEqualTo(1);

        signs.alive(1);
        look(1);
        assertThat(silent()).isZero();
        look(LoopWatch.LOOKS);
        assertThat(stalled()).isEqualTo(2);
        assertThat(replaced).isZero();
    }

    /** As after a pause of the whole process, however long it was. */
    @Test
    void timeAloneIsNoSilence() {
        look(1);
        now += 1_000_000_000_000L;
        look(1);
        assertThat(stalled()).isZero();
    }

    @Test
    void looksForShortagesOnceASecond() {
        look(25);
        assertThat(looksForShortages).isEqualTo(5);
    }

    @Test
    void oneThatHasEndedIsToldOnce() {
        look(1);
        secondHasEnded = true;
        look(100);
        assertThat(replaced).isEqualTo(1);
        assertThat(value("mesh_l7_loop_failures_total", "ended")).isEqualTo(1);
        assertThat(silent()).isZero();
    }
}
