package dev.asterism.l7.floods;

import static dev.asterism.l7.floods.FloodTarget.pass;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * F29 of the reliability design: while a flood goes on, honest requests beside it all succeed, what the flood cost is
 * counted by name, and when it is over nothing of it is left. How much it costs is what {@code benchmarks/l7/hostile}
 * measures.
 */
@Timeout(300)
@SuppressWarnings("NullAway.Init") // set before all tests
class FloodsIT {

    private static final long MILLIS = Long.getLong("asterism.floods.millis", 1500);
    private static final double HONEST = 200;
    private static final double HOSTILE = 5000;

    /** Honest requests beside a flood. */
    private static final int FEW = 20;

    /** Of the heap behind a full collection: tables that grow with use, no flood. */
    private static final long FLAT_BYTES = 3 << 20;

    /** More than this is kept of nothing, see BufferPool. */
    private static final int SPARE_BYTES = 12 << 20;

    private static FloodOrigin origin;
    private static FloodTarget target;

    @BeforeAll
    static void start() throws Exception {
        origin = new FloodOrigin();
        target = new FloodTarget("128m", origin.port());
        try (HonestLoad load = new HonestLoad(target.port(), 4, HONEST)) {
            pass(1000);
            assertThat(load.finished().failures()).isEmpty();
        }
        for (Flood each : Flood.values()) {
            try (Attack _ = new Attack(each, target.port(), HOSTILE)) {
                // What it loads, and tables for as many streams as there are places, are not the
                // flood's.
                pass(each == Flood.WINDOW_STALL ? MILLIS : 200);
            }
        }
        target.settled();
    }

    @AfterAll
    static void stop() throws IOException {
        target.close();
        origin.close();
    }

    @ParameterizedTest
    @EnumSource
    void honestRequestsAllSucceedBesideAFlood(Flood flood) throws Exception {
        FloodTarget.Usage before = target.settled();
        HonestLoad.Result honest;
        long steps;
        try (HonestLoad load = new HonestLoad(target.port(), 4, HONEST)) {
            try (Attack attack = new Attack(flood, target.port(), HOSTILE)) {
                pass(MILLIS);
                // A slow machine has answered few of them by then. A flood that starves them never
                // lets so many through.
                for (long tries = 0; load.result().requests() <= FEW && tries < 200; tries++) {
                    pass(100);
                }
                steps = attack.steps();
            }
            honest = load.finished();
        }
        FloodTarget.Usage after = target.settled();
        Map<String, Long> counted = after.since(before);
        System.out.printf(
                "%s: %d steps, honest %d of them p99 %.1f ms, heap %+d KiB, resident %+d KiB, %s%n",
                flood,
                steps,
                honest.requests(),
                honest.p99Millis(),
                (after.of("heap") - before.of("heap")) >> 10,
                (after.of("resident") - before.of("resident")) >> 10,
                counted);

        assertThat(honest.failures()).isEmpty();
        assertThat(honest.requests()).isGreaterThan(FEW);
        assertThat(steps).isPositive();
        assertThat(after.of("faults")).isZero();
        assertThat(after.held()).isEmpty();
        long grown = after.of("heap") - before.of("heap");
        assertThat(grown).as("%s", counted).isLessThan(SPARE_BYTES);
        if (grown >= FLAT_BYTES) {
            assertThat(grownByMoreOf(flood)).as("again, %s", counted).isLessThan(FLAT_BYTES);
        }
    }

    /** Tables grow once, to what a flood needs, and spare buffers go when it is over; a leak grows each time. */
    private static long grownByMoreOf(Flood flood) throws Exception {
        FloodTarget.Usage before = target.atRest();
        try (Attack attack = new Attack(flood, target.port(), HOSTILE)) {
            pass(MILLIS);
            assertThat(attack.steps()).isPositive();
        }
        FloodTarget.Usage after = target.atRest();
        assertThat(after.held()).isEmpty();
        return after.of("heap") - before.of("heap");
    }
}
