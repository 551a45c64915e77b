package dev.asterism.l7.telemetry;

import dev.asterism.l7.telemetry.MetricFamily.Kind;
import dev.asterism.l7.telemetry.MetricFamily.Point;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How often event loops stood still or ended; outlives the filter whose loops they were. Any thread. */
public final class LoopFailures {

    private final AtomicLong stalled = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private final AtomicInteger silent = new AtomicInteger();

    /** One gives no sign of life any more. */
    public void stalled() {
        stalled.incrementAndGet();
    }

    /** One is no more. */
    public void ended() {
        ended.incrementAndGet();
    }

    /** So many give no sign of life at the moment. */
    public void silent(int now) {
        silent.set(now);
    }

    List<MetricFamily> families() {
        return List.of(
                new MetricFamily(
                        "mesh_l7_loop_failures_total",
                        Kind.COUNTER,
                        "Event loops that gave no sign of life for 2 s (stalled), or that an error ended (ended)",
                        List.of("kind"),
                        List.of(
                                new Point(List.of("stalled"), stalled.get(), List.of()),
                                new Point(List.of("ended"), ended.get(), List.of()))),
                new MetricFamily(
                        "mesh_l7_loops_silent",
                        Kind.GAUGE,
                        "Event loops that give no sign of life; while there is one, on_failure says what becomes of new connections",
                        List.of(),
                        List.of(new Point(List.of(), silent.get(), List.of()))));
    }
}
