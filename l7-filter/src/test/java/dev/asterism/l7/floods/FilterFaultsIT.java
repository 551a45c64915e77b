package dev.asterism.l7.floods;

import static dev.asterism.l7.floods.FloodTarget.pass;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** F30, F33 and F36 of the reliability design for the filter alone: too little memory, and a soak. */
class FilterFaultsIT {

    private static final int PATIENCE_SECONDS = 300;

    /** {@code -Dasterism.floods.soak=28800} for the night. */
    private static final long SOAK_SECONDS = Long.getLong("asterism.floods.soak", 8);

    /** Of thousands that come and go. */
    private static final long FEW_FILES = 20;

    /** Of the heap behind a full collection, when spare buffers have gone. */
    private static final long FLAT_BYTES = 3 << 20;

    private static final long SEED = Long.getLong("asterism.floods.seed", 42);

    /** Those that want to fill memory. */
    private static final EnumSet<Flood> HUNGRY =
            EnumSet.of(
                    Flood.WINDOW_STALL, Flood.PIPELINE_UNREAD, Flood.HPACK_BOMB, Flood.SLOW_HEAD);

    @Test
    @Timeout(PATIENCE_SECONDS)
    void whereMemoryIsShortItLivesAndAnswersHonestRequests() throws Exception {
        try (FloodOrigin origin = new FloodOrigin();
                FloodTarget target = new FloodTarget("64m", origin.port())) {
            FloodTarget.Usage before = target.settled();
            HonestLoad.Result honest;
            List<Attack> attacks = new ArrayList<>();
            try (HonestLoad load = new HonestLoad(target.port(), 2, 50)) {
                for (Flood each : HUNGRY) {
                    attacks.add(new Attack(each, target.port(), 2000));
                }
                pass(TimeUnit.SECONDS.toMillis(3));
                attacks.forEach(Attack::close);
                honest = load.finished();
            }
            FloodTarget.Usage after = target.settled();
            Map<String, Long> counted = after.since(before);
            System.out.println("64 MB of heap: " + honest + " " + counted);

            assertThat(attacks).allMatch(attack -> attack.steps() > 0);
            assertThat(honest.failures()).isEmpty();
            assertThat(honest.requests()).isPositive();
            assertThat(after.of("faults")).isZero();
            assertThat(after.held()).isEmpty();
        }
    }

    /** Floods begin and end by a seed while honest load goes on; at the end there is nothing of anybody. */
    @Test
    void afterASoakNothingIsLeft() {
        assertTimeoutPreemptively(
                Duration.ofSeconds(SOAK_SECONDS + PATIENCE_SECONDS),
                FilterFaultsIT::soakAndLookWhatIsLeft);
    }

    private static void soakAndLookWhatIsLeft() throws Exception {
        try (FloodOrigin origin = new FloodOrigin();
                FloodTarget target = new FloodTarget("128m", origin.port())) {
            try (HonestLoad load = new HonestLoad(target.port(), 4, 100)) {
                pass(500);
                assertThat(load.finished().failures()).isEmpty();
            }
            FloodTarget.Usage before = target.atRest();
            long files = target.files() - before.applicationConnections();
            HonestLoad.Result honest;
            try (HonestLoad load = new HonestLoad(target.port(), 4, 100)) {
                soak(target.port());
                honest = load.finished();
            }
            FloodTarget.Usage after = target.atRest();
            long filesLater = target.files() - after.applicationConnections();
            System.out.printf(
                    "soak, seed %d, %d s: %d honest, p99 %.1f ms, files %d to %d, heap %d to %d KiB, %s%n",
                    SEED,
                    SOAK_SECONDS,
                    honest.requests(),
                    honest.p99Millis(),
                    files,
                    filesLater,
                    before.of("heap") >> 10,
                    after.of("heap") >> 10,
                    after.since(before));

            assertThat(honest.failures()).isEmpty();
            assertThat(honest.requests()).isPositive();
            assertThat(after.of("faults")).isZero();
            assertThat(after.held()).isEmpty();
            // Connections to the application are kept for a minute, and may end between two looks.
            assertThat(filesLater).isBetween(files - FEW_FILES, files + FEW_FILES);
            assertThat(after.of("heap") - before.of("heap")).isLessThan(FLAT_BYTES);
        }
    }

    private static void soak(int port) {
        Random random = new Random(SEED);
        Flood[] all = Flood.values();
        List<Attack> under = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SOAK_SECONDS);
        while (System.nanoTime() < end) {
            if (under.size() < 3) {
                under.add(new Attack(all[random.nextInt(all.length)], port, 1000));
            } else {
                under.remove(random.nextInt(under.size())).close();
            }
            pass(100 + random.nextInt(300));
        }
        under.forEach(Attack::close);
    }
}
