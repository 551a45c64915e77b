package dev.asterism.l7.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryBudgetTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** A window that ends with a retry has no more retries than were allowed in it. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void isNeverExceededOverAnyWindow(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        BudgetPolicy policy = new BudgetPolicy(0.2, 3, Duration.ofSeconds(10));
        RetryBudget budget = new RetryBudget(policy);
        List<Long> requests = new ArrayList<>();
        List<Long> retries = new ArrayList<>();
        long now = random.nextLong(SECOND * 1000);
        for (int i = 0; i < 20_000; i++) {
            boolean storm = i / 3000 % 2 == 1;
            now += random.nextLong(storm ? SECOND / 200 : SECOND / 20);
            if (random.nextInt(100) < (storm ? 30 : 80)) {
                budget.request(now);
                requests.add(now);
            } else if (budget.tryRetry(now)) {
                retries.add(now);
                long from = now - policy.window().toNanos();
                long made = retries.reversed().stream().takeWhile(at -> at > from).count();
                long came = requests.reversed().stream().takeWhile(at -> at > from).count();
                assertThat((double) made).as("seed " + seed).isLessThanOrEqualTo(0.2 * came + 30);
            }
        }
        assertThat(retries).hasSizeGreaterThan(500);
    }

    /**
     * Windows that begin anywhere: their retries stay under what the requests of the window and of the one before it
     * allow, as a retry at a window's start is paid by requests before.
     */
    @ParameterizedTest
    @MethodSource("seeds")
    void isNeverExceededOverAnyWindowOfManySeeds(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        BudgetPolicy policy = new BudgetPolicy(0.2, 3, Duration.ofSeconds(10));
        RetryBudget budget = new RetryBudget(policy);
        long[] requests = new long[3_000];
        long[] retries = new long[3_000];
        int came = 0;
        int made = 0;
        long now = random.nextLong(SECOND * 1000);
        for (int i = 0; i < 3_000; i++) {
            now += random.nextLong(i / 400 % 2 == 1 ? SECOND / 100 : SECOND / 10);
            if (random.nextInt(100) < 45) {
                budget.request(now);
                requests[came++] = now;
            } else if (budget.tryRetry(now)) {
                retries[made++] = now;
            }
        }

        long window = policy.window().toNanos();
        for (int first = 0; first < made; first++) {
            long end = retries[first] + window;
            int inside = count(retries, made, retries[first], end);
            int paying = count(requests, came, retries[first] - window, end);
            assertThat((double) inside).as("seed " + seed).isLessThanOrEqualTo(0.2 * paying + 30);
            long ending = retries[first] - window;
            int upTo = count(retries, made, ending + 1, retries[first] + 1);
            int paid = count(requests, came, ending + 1, retries[first] + 1);
            assertThat((double) upTo).as("seed " + seed).isLessThanOrEqualTo(0.2 * paid + 30);
        }
        assertThat(made).isGreaterThan(100);
    }

    static LongStream seeds() {
        return LongStream.range(100, 150);
    }

    /** Of sorted times, those in [from, to). */
    private static int count(long[] times, int length, long from, long to) {
        return lowerBound(times, length, to) - lowerBound(times, length, from);
    }

    private static int lowerBound(long[] times, int length, long at) {
        int low = 0;
        int high = length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (times[middle] < at) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Test
    void givesWhatItPromises() {
        RetryBudget budget = new RetryBudget(BudgetPolicy.STANDARD);
        for (int i = 0; i < 1000; i++) {
            budget.request(5 * SECOND + i);
        }

        int given = 0;
        while (budget.tryRetry(5 * SECOND + 2000)) {
            given++;
        }

        assertThat(given).isEqualTo(300);
        assertThat(budget.remaining(5 * SECOND + 2000)).isZero();
    }

    @Test
    void forgetsAfterItsWindow() {
        RetryBudget budget = new RetryBudget(new BudgetPolicy(1, 0, Duration.ofSeconds(10)));
        budget.request(SECOND);

        assertThat(budget.tryRetry(12 * SECOND)).isFalse();
        budget.request(12 * SECOND);
        assertThat(budget.tryRetry(13 * SECOND)).isTrue();
        assertThat(budget.tryRetry(13 * SECOND)).isFalse();
    }

    @Test
    void backsOffByEnvoysRule() {
        SplittableRandom random = new SplittableRandom(7);
        RetryRule rule = new RetryRule(RetryPolicy.STANDARD);
        long[] most = new long[7];
        double[] sum = new double[7];
        for (int i = 0; i < 20_000; i++) {
            for (int retry = 1; retry <= 6; retry++) {
                long nanos = rule.backoffNanos(retry, random.nextLong());
                assertThat(nanos).isNotNegative();
                most[retry] = Math.max(most[retry], nanos);
                sum[retry] += nanos;
            }
        }
        long[] cap = {0, 25, 75, 175, 250, 250, 250};
        for (int retry = 1; retry <= 6; retry++) {
            long millis = TimeUnit.MILLISECONDS.toNanos(cap[retry]);
            assertThat(most[retry]).isBetween(millis * 99 / 100, millis - 1);
            assertThat(sum[retry] / 20_000).isBetween(millis * 0.48, millis * 0.52);
        }
    }
}
