package dev.asterism.l7.rollout;

import java.time.Duration;
import java.util.List;

/**
 * A pool that gets a share of a route's requests, which grows by steps while the pool's answers stay good.
 *
 * @param pool by name; it has no weight in the route's split
 * @param steps shares in ten thousandths, each larger than the one before
 * @param every how long a step lasts at least
 * @param abort when it stops
 * @param source where it stands: {@code config.yml:12}
 */
public record RolloutSpec(
        String pool, List<Integer> steps, Duration every, AbortRule abort, String source) {

    /** The whole. */
    public static final int ALL = 10_000;

    /** Roll-outs are looked at once a second. */
    public static final Duration LEAST_STEP = Duration.ofSeconds(1);

    public RolloutSpec {
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("a roll-out has at least one step");
        }
        int before = 0;
        for (int step : steps) {
            if (step <= before || step > ALL) {
                throw new IllegalArgumentException(
                        "steps are shares of more than 0 % to 100 %, each larger than the one before");
            }
            before = step;
        }
        if (every.compareTo(LEAST_STEP) < 0) {
            throw new IllegalArgumentException("a step lasts 1s at least");
        }
    }

    /**
     * What stops a roll-out: one of the two is enough.
     *
     * @param successBelow share of good answers, 0.98 is 98 %
     * @param p99Above of the time to an answer's head; zero: any
     * @param minRequests of a step, before which nothing is judged and no other step begins
     */
    public record AbortRule(double successBelow, Duration p99Above, int minRequests) {

        public static final AbortRule STANDARD = new AbortRule(0.98, Duration.ZERO, 100);

        public AbortRule {
            if (!(successBelow >= 0 && successBelow <= 1)) {
                throw new IllegalArgumentException("a share of answers is 0 % to 100 %");
            }
            if (p99Above.isNegative() || minRequests < 1) {
                throw new IllegalArgumentException("min_requests is 1 or more");
            }
        }
    }
}
