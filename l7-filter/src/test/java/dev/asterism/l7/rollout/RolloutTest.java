package dev.asterism.l7.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.rollout.RolloutSpec.AbortRule;
import dev.asterism.l7.rollout.RolloutState.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When the share of a roll-out grows and when it falls to nothing, in virtual time. */
class RolloutTest {

    private static final long MILLI = 1_000_000;
    private static final int MINUTE = 60_000;

    private final RolloutSpec spec =
            new RolloutSpec(
                    "next",
                    List.of(100, 2_500, 10_000),
                    Duration.ofMinutes(10),
                    new AbortRule(0.98, Duration.ofMillis(500), 100),
                    "c.yml:7");
    private final Rollout rollout = new Rollout("k", spec);
    private long now = 1_000_000;

    private @Nullable StepFigures after(int minutes) {
        now += (long) minutes * MINUTE;
        return rollout.tick(now);
    }

    private void answers(int good, int bad, long millis) {
        for (int i = 0; i < good + bad; i++) {
            rollout.count(i < good, millis * MILLI);
        }
    }

    @Test
    void growsStepByStepWhileTheAnswersAreGood() {
        assertThat(rollout.share()).isEqualTo(100);
        after(0);
        answers(200, 0, 20);
        assertThat(after(9)).isNull();
        assertThat(rollout.nextMillis(now)).isEqualTo(MINUTE);
        assertThat(after(1)).isNotNull();
        assertThat(rollout.share()).isEqualTo(2_500);
        answers(5_000, 20, 20);
        after(10);
        assertThat(rollout.share()).isEqualTo(10_000);
        answers(10_000, 0, 20);
        after(10);

        assertThat(rollout.state().phase()).isEqualTo(Phase.DONE);
        assertThat(rollout.share()).isEqualTo(10_000);
        answers(0, 500, 20);
        assertThat(after(30)).as("it is not judged any more").isNull();
    }

    @Test
    void stopsAtOnceWhenTooManyFail() {
        after(0);
        answers(96, 3, 20);
        assertThat(rollout.tick(now + 1_000)).as("99 answers decide nothing").isNull();
        answers(1, 0, 20);
        StepFigures figures = Objects.requireNonNull(rollout.tick(now + 2_000));

        assertThat(figures.requests()).isEqualTo(100);
        assertThat(rollout.share()).isZero();
        assertThat(rollout.state().reason())
                .isEqualTo("97.00% of 100 requests succeeded, which is below 98%");
        answers(1_000, 0, 20);
        assertThat(after(60)).as("it stays stopped").isNull();
        assertThat(rollout.share()).isZero();
    }

    @Test
    void stopsWhenThePoolIsSlow() {
        after(0);
        answers(1_000, 0, 20);
        answers(20, 0, 900);
        rollout.tick(now + 1_000);

        assertThat(rollout.share()).isZero();
        assertThat(rollout.state().reason())
                .startsWith("the p99 of 1020 requests was 9")
                .endsWith("ms, which is above 500ms");
    }

    @Test
    void aStepLastsUntilThereAreEnoughAnswers() {
        after(0);
        answers(99, 0, 20);
        assertThat(after(600)).isNull();
        assertThat(rollout.share()).isEqualTo(100);
        answers(1, 0, 20);
        assertThat(after(0)).isNotNull();
        assertThat(rollout.share()).isEqualTo(2_500);
    }

    @Test
    void eachStepIsJudgedByItsOwnAnswers() {
        after(0);
        answers(100_000, 0, 20);
        after(10);
        answers(90, 10, 20);
        rollout.tick(now + 1_000);

        assertThat(rollout.state().phase()).isEqualTo(Phase.STOPPED);
        assertThat(rollout.state().step()).isEqualTo(1);
    }

    @Test
    void goesOnAfterARestartWhereItWas() {
        rollout.restore(new RolloutState(Phase.RUNNING, 1, 5, ""), now);
        assertThat(rollout.share()).isEqualTo(2_500);
        assertThat(rollout.nextMillis(now)).as("its time begins anew").isEqualTo(10 * MINUTE);

        Rollout stopped = new Rollout("k", spec);
        stopped.restore(new RolloutState(Phase.STOPPED, 1, 5, "bad"), now);
        assertThat(stopped.share()).isZero();
        assertThat(stopped.tick(now)).isNull();
        assertThat(stopped.state().reason()).isEqualTo("bad");

        Rollout other = new Rollout("k", spec);
        other.restore(new RolloutState(Phase.RUNNING, 7, 5, ""), now);
        assertThat(other.share()).as("there is no such step").isEqualTo(100);
    }

    @Test
    void isKnownByWhatItSaysAndNotByItsPlace() {
        String key = RolloutKey.of("web", "all", "static a", spec);
        RolloutSpec moved =
                new RolloutSpec("next", spec.steps(), spec.every(), spec.abort(), "d.yml:99");
        RolloutSpec slower =
                new RolloutSpec(
                        "next", spec.steps(), Duration.ofMinutes(11), spec.abort(), "c.yml:7");

        assertThat(RolloutKey.of("web", "all", "static a", moved)).isEqualTo(key).hasSize(16);
        assertThat(RolloutKey.of("web", "all", "static a", slower)).isNotEqualTo(key);
        assertThat(RolloutKey.of("web", "all", "static b", spec)).isNotEqualTo(key);
        assertThat(RolloutKey.of("shop", "all", "static a", spec)).isNotEqualTo(key);
    }
}
