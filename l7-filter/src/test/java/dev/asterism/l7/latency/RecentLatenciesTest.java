package dev.asterism.l7.latency;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** The quantile of what was measured lately, in virtual time. */
class RecentLatenciesTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long MILLI = Duration.ofMillis(1).toNanos();

    private final RecentLatencies recent = new RecentLatencies(0.99);

    @Test
    void agreesWithASortedListToThreePercent() {
        SplittableRandom random = new SplittableRandom(3);
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            long nanos = (long) (Math.exp(random.nextDouble() * 12) * 20_000);
            all.add(nanos);
            recent.add(nanos, -5 * SECOND + i);
        }
        Collections.sort(all);

        assertThat(recent.quantileNanos(0))
                .isCloseTo(all.get(4_949), Percentage.withPercentage(3.3));
    }

    @Test
    void needsAHundredSamples() {
        for (int i = 0; i < 99; i++) {
            recent.add(MILLI, 0);
        }
        assertThat(recent.quantileNanos(1)).isZero();
        recent.add(MILLI, 2);
        assertThat(recent.quantileNanos(SECOND)).isBetween(MILLI, MILLI * 104 / 100);
    }

    @Test
    void forgetsWhatIsThirtySecondsOld() {
        for (int i = 0; i < 1_000; i++) {
            recent.add(900 * MILLI, 0);
        }
        assertThat(recent.quantileNanos(1)).isGreaterThan(800 * MILLI);
        for (int i = 0; i < 1_000; i++) {
            recent.add(2 * MILLI, 25 * SECOND);
        }
        assertThat(recent.quantileNanos(26 * SECOND)).isGreaterThan(800 * MILLI);
        assertThat(recent.quantileNanos(31 * SECOND)).isBetween(2 * MILLI, 3 * MILLI);
        assertThat(recent.quantileNanos(200 * SECOND)).isZero();
        assertThat(recent.samples()).isZero();
    }

    @Test
    void whatIsShorterOrLongerThanAllBucketsCounts() {
        for (int i = 0; i < 200; i++) {
            recent.add(i % 2 == 0 ? 0 : Duration.ofHours(2).toNanos(), 0);
        }
        assertThat(recent.quantileNanos(1)).isGreaterThan(60 * SECOND);
    }
}
