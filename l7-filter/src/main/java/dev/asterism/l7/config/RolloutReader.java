package dev.asterism.l7.config;

import dev.asterism.l7.rollout.RolloutSpec;
import dev.asterism.l7.rollout.RolloutSpec.AbortRule;
import dev.asterism.l7.route.BranchSpec;
import dev.asterism.l7.route.SplitSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The roll-out of one route. */
final class RolloutReader {

    private static final List<Integer> STEPS = List.of(100, 500, 2_500, RolloutSpec.ALL);
    private static final Duration EVERY = Duration.ofMinutes(10);
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final int MOST_STEPS = 100;
    private static final int MILLION = 1_000_000;

    private final FieldReader route;
    private final SplitSpec split;

    /** @param split of the route */
    RolloutReader(FieldReader route, SplitSpec split) {
        this.route = route;
        this.split = split;
    }

    /**
     * Null: the route has none.
     *
     * @param known the pool's name, if there is such a pool; throws else
     * @param firstPool of the service, to go on with
     */
    @Nullable RolloutSpec read(Function<String, String> known, String firstPool) {
        if (!route.section().knows("rollout") || !route.has("rollout")) {
            return null;
        }
        FieldReader rollout = route.map("rollout");
        if (!rollout.has("to")) {
            rollout.section().error("to", "a roll-out needs the pool that grows", "to: next");
        }
        String pool = rollout.value("to", firstPool, known);
        if (split.branches().isEmpty()) {
            rollout.section()
                    .error(
                            "to",
                            "a route that answers by itself has no roll-out",
                            "remove rollout");
            return null;
        }
        checkSplit(rollout, pool);
        Duration every = rollout.value("every", EVERY, RolloutReader::every);
        return new RolloutSpec(
                pool, steps(rollout), every, abort(rollout), route.source("rollout"));
    }

    private void checkSplit(FieldReader rollout, String pool) {
        if (!pool.equals(rollout.section().written("to"))) {
            return; // told already
        }
        boolean twice = split.branches().stream().anyMatch(branch -> branch.pool().equals(pool));
        if (twice) {
            rollout.section()
                    .error(
                            "to",
                            "the roll-out gives pool %s its share, so it must not be in the route's to or split"
                                    .formatted(pool),
                            "name only the other pools in to or split");
        } else if (split.branches().stream().mapToInt(BranchSpec::weight).sum() == 0) {
            rollout.section()
                    .error(
                            "to",
                            "every weight of the split is 0, so no pool gets the rest of the requests",
                            "give one a weight");
        }
    }

    private static Duration every(String text) {
        Duration every = Quantities.duration(text);
        if (every.compareTo(RolloutSpec.LEAST_STEP) < 0 || every.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("`%s` is not 1s to 30d".formatted(text));
        }
        return every;
    }

    private static List<Integer> steps(FieldReader rollout) {
        if (!rollout.has("steps")) {
            return STEPS;
        }
        List<String> words = rollout.section().words("steps");
        List<Integer> steps = new ArrayList<>();
        int before = 0;
        for (int i = 0; i < words.size(); i++) {
            try {
                int step = step(words.get(i), before);
                steps.add(step);
                before = step;
            } catch (IllegalArgumentException e) {
                rollout.section()
                        .error("steps", i, String.valueOf(e.getMessage()), "[1, 5, 25, 100]");
            }
        }
        if (words.isEmpty() || words.size() > MOST_STEPS) {
            rollout.section().error("steps", "a roll-out has 1 to 100 steps", "[1, 5, 25, 100]");
        }
        return steps.isEmpty() || steps.size() > MOST_STEPS ? STEPS : steps;
    }

    /** In percent, with or without its sign. */
    private static int step(String text, int before) {
        int step = Quantities.tenThousandths(text.endsWith("%") ? text : text + "%");
        if (step <= before) {
            throw new IllegalArgumentException(
                    step == 0
                            ? "a step is more than 0%%, not `%s`".formatted(text)
                            : "`%s` is not larger than the step before it".formatted(text));
        }
        return step;
    }

    private static AbortRule abort(FieldReader rollout) {
        FieldReader abort = rollout.map("abort_if");
        AbortRule usual = AbortRule.STANDARD;
        return new AbortRule(
                PolicyReader.share(abort, "success_below", usual.successBelow()),
                abort.duration("p99_above", usual.p99Above()),
                abort.integer("min_requests", 1, MILLION, usual.minRequests()));
    }
}
