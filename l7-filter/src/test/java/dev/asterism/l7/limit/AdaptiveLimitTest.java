package dev.asterism.l7.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An application with so many hands, under virtual time: what is over them waits in it. */
class AdaptiveLimitTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final SplittableRandom random = new SplittableRandom(7);
    private long now;

    /** As many requests as the limit allows, of {@code demand} at most. */
    private void run(AdaptiveLimit limit, int hands, long workNanos, int demand, int seconds) {
        long end = now + TimeUnit.SECONDS.toNanos(seconds);
        while (now < end) {
            int underWay = Math.min(demand, limit.limit());
            double queue = Math.max(1, (double) underWay / hands);
            long latency = (long) (workNanos * queue * (0.8 + 0.4 * random.nextDouble()));
            now += Math.max(1, workNanos / Math.min(underWay, hands));
            limit.answered(latency, underWay, now);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 5", "8, 20", "8, 1", "100, 10"})
    void findsWhatTheApplicationCanDoAndALittleMore(int hands, int workMillis) {
        AdaptiveLimit limit = new AdaptiveLimit(2, 1024, 0.25, 0);

        run(limit, hands, workMillis * MILLI, 10_000, 60);

        assertThat(limit.limit()).isBetween(hands, 2 * hands + 6);
        assertThat(limit.bestNanos()).isBetween(workMillis * MILLI / 2, workMillis * MILLI * 2);
    }

    /** Also when the first thing it saw was a queue, and after an hour of it. */
    @Test
    void doesNotTakeAQueueThatLastsForTheBest() {
        AdaptiveLimit limit = new AdaptiveLimit(20, 1024, 0.25, 0);

        run(limit, 8, 10 * MILLI, 10_000, 3600);

        assertThat(limit.bestNanos()).isLessThan(26 * MILLI);
        assertThat(limit.limit()).isLessThan(40);
    }

    @Test
    void anApplicationThatBecomesSlowerIsMeasuredAnew() {
        AdaptiveLimit limit = new AdaptiveLimit(2, 1024, 0.25, 0);
        run(limit, 50, 10 * MILLI, 10_000, 40);

        run(limit, 50, 40 * MILLI, 10_000, 40);

        assertThat(limit.bestNanos()).isBetween(30 * MILLI, 50 * MILLI);
        assertThat(limit.limit()).isGreaterThanOrEqualTo(50);
    }

    /** Those under way may be answers that last: nothing but growth can tell what the application does. */
    @Test
    void growsEachSecondInWhichRequestsAreRefusedAndNoAnswerBegins() {
        AdaptiveLimit limit = new AdaptiveLimit(4, 20, 0.25, now);
        run(limit, 50, 10 * MILLI, 2, 1);
        assertThat(limit.limit()).isEqualTo(8);
        limit.heard(now);

        assertThat(limit.refused(now + 900 * MILLI)).isFalse();
        assertThat(limit.refused(now + 1_000 * MILLI)).isTrue();
        assertThat(limit.limit()).isEqualTo(10);
        assertThat(limit.refused(now + 1_500 * MILLI)).isFalse();
        for (int second = 2; second < 20; second++) {
            limit.refused(now + second * 1_000L * MILLI);
        }
        assertThat(limit.limit()).isEqualTo(20);
    }

    @Test
    void doesNotGrowWhileAnswersBegin() {
        AdaptiveLimit limit = new AdaptiveLimit(4, 1024, 0.25, now);
        run(limit, 4, 10 * MILLI, 10_000, 5);
        int before = limit.limit();
        limit.heard(now + 900 * MILLI); // one that says nothing of the latency

        assertThat(limit.refused(now + 1_500 * MILLI)).isFalse();
        assertThat(limit.limit()).isEqualTo(before);
    }

    @Test
    void doesNotGrowWithoutUseAndStaysWithinItsBounds() {
        AdaptiveLimit unused = new AdaptiveLimit(4, 1024, 0.25, 0);
        run(unused, 50, 10 * MILLI, 2, 60);
        assertThat(unused.limit()).isEqualTo(8);

        AdaptiveLimit bounded = new AdaptiveLimit(4, 30, 0.25, 0);
        run(bounded, 1000, 10 * MILLI, 10_000, 20);
        assertThat(bounded.limit()).isEqualTo(30);

        // Whatever comes, at least the least.
        for (int i = 0; i < 1000; i++) {
            now += 10 * MILLI;
            bounded.answered(i * 100L * MILLI, 30, now);
        }
        assertThat(bounded.limit()).isEqualTo(4);
    }
}
