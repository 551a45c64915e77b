package dev.asterism.l7.runtime;

import dev.asterism.l7.config.PolicyText;
import dev.asterism.l7.rollout.Rollout;
import dev.asterism.l7.rollout.RolloutSpec;
import dev.asterism.l7.rollout.RolloutState;
import dev.asterism.l7.rollout.StepFigures;
import java.time.Duration;
import java.util.Locale;

/** How far a roll-out is, for people. */
final class RolloutText {

    private RolloutText() {}

    static String of(Rollout rollout, long nowMillis) {
        RolloutSpec spec = rollout.spec();
        RolloutState state = rollout.state();
        String step = "step %d of %d".formatted(state.step() + 1, spec.steps().size());
        String share = PolicyText.share(spec.steps().get(state.step()));
        String name = "rollout (" + spec.source() + "): ";
        return name
                + switch (state.phase()) {
                    case RUNNING ->
                            "%s: pool %s gets %s of the requests; %s; %s"
                                    .formatted(
                                            step,
                                            spec.pool(),
                                            share,
                                            next(rollout, nowMillis),
                                            figures(rollout));
                    case STOPPED ->
                            "stopped %s ago at %s (%s): %s; pool %s gets no requests until a key of the roll-out changes"
                                    .formatted(
                                            text(nowMillis - state.sinceMillis()),
                                            step,
                                            share,
                                            state.reason(),
                                            spec.pool());
                    case DONE ->
                            "done %s ago: pool %s gets %s of the requests, and its answers are not judged any more"
                                    .formatted(
                                            text(nowMillis - state.sinceMillis()),
                                            spec.pool(),
                                            PolicyText.share(spec.steps().getLast()));
                };
    }

    private static String next(Rollout rollout, long nowMillis) {
        RolloutSpec spec = rollout.spec();
        int step = rollout.state().step() + 1;
        String what =
                step == spec.steps().size()
                        ? "it is done"
                        : "the next step (%s) follows"
                                .formatted(PolicyText.share(spec.steps().get(step)));
        long left = rollout.nextMillis(nowMillis);
        long lacks = spec.abort().minRequests() - rollout.figures().requests();
        String time = left > 0 ? " in " + text(left) : lacks > 0 ? "" : " within a second";
        String more = lacks > 0 ? " after %d more requests".formatted(lacks) : "";
        return what
                + time
                + (time.isEmpty() || more.isEmpty() ? more : " at the earliest, and" + more);
    }

    private static String figures(Rollout rollout) {
        StepFigures figures = rollout.figures();
        RolloutSpec.AbortRule abort = rollout.spec().abort();
        String slow =
                abort.p99Above().isZero()
                        ? ""
                        : ", or their p99 above " + PolicyText.of(abort.p99Above());
        String so =
                figures.requests() == 0
                        ? "no answer in this step yet"
                        : String.format(
                                Locale.ROOT,
                                "%.2f%% of %d answers in this step were good, with a p99 of %s",
                                100 * figures.success(),
                                figures.requests(),
                                text(figures.p99Nanos() / 1_000_000));
        return "%s; it stops when less than %s are good%s"
                .formatted(so, PolicyText.percent(abort.successBelow()), slow);
    }

    private static String text(long millis) {
        long shown = millis < 10_000 ? millis : millis / 1_000 * 1_000;
        return PolicyText.of(Duration.ofMillis(Math.max(1, shown)));
    }
}
