package dev.asterism.tun.device;

import static dev.asterism.tun.device.RepairLimit.Answer.REPAIR;
import static dev.asterism.tun.device.RepairLimit.Answer.REPAIR_SILENTLY;
import static dev.asterism.tun.device.RepairLimit.Answer.WAIT;
import static dev.asterism.tun.device.RepairLimit.Answer.WAIT_AND_WARN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.tun.device.RepairLimit.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RepairLimitTest {

    private static final long SECOND = 1_000_000_000L;

    private final RepairLimit limit = new RepairLimit();

    @Test
    void grantsFiveThenWarnsOnce() {
        for (int i = 0; i < 5; i++) {
            assertThat(ask(i * SECOND)).isEqualTo(REPAIR);
        }
        assertThat(ask(5 * SECOND)).isEqualTo(WAIT_AND_WARN);
        assertThat(ask(6 * SECOND)).isEqualTo(WAIT);
        assertThat(limit.nextNanos()).isEqualTo(60 * SECOND);
    }

    @Test
    void goesOnSilentlyInAFightThatGoesOn() {
        List<Answer> answers = new ArrayList<>();
        for (long at = 0; at < 600 * SECOND; at += SECOND / 5) {
            answers.add(ask(at));
        }

        assertThat(answers.stream().filter(REPAIR::equals)).hasSize(5);
        assertThat(answers.stream().filter(WAIT_AND_WARN::equals)).hasSize(1);
        assertThat(answers.stream().filter(REPAIR_SILENTLY::equals)).hasSize(45);
    }

    @Test
    void failuresUseUpNothingAndWaitLongerEachTime() {
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            assertThat(limit.ask(i * SECOND)).isEqualTo(REPAIR);
            waits.add((limit.failed(i * SECOND) - i * SECOND) / SECOND);
        }
        assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 32L, 32L);

        assertThat(ask(9 * SECOND)).isEqualTo(REPAIR);
        assertThat(limit.failed(10 * SECOND)).isEqualTo(11 * SECOND);
    }

    @Test
    void forgetsAFightAfterAQuietMinute() {
        for (int i = 0; i < 6; i++) {
            ask(i * SECOND);
        }

        assertThat(ask(65 * SECOND)).isEqualTo(REPAIR);
    }

    @Test
    void neverGrantsMoreThanFiveInAnyMinute() {
        Random random = new Random(5);
        List<Long> granted = new ArrayList<>();
        long at = -7 * SECOND;
        for (int i = 0; i < 20_000; i++) {
            at += random.nextLong(20 * SECOND);
            Answer answer = ask(at);
            if (answer == REPAIR || answer == REPAIR_SILENTLY) {
                granted.add(at);
            } else {
                assertThat(limit.nextNanos()).isGreaterThan(at);
            }
        }
        for (int i = 5; i < granted.size(); i++) {
            assertThat(granted.get(i) - granted.get(i - 5)).isGreaterThanOrEqualTo(60 * SECOND);
        }
    }

    /** As a guard does whose repairs succeed. */
    private Answer ask(long nowNanos) {
        Answer answer = limit.ask(nowNanos);
        if (answer == REPAIR || answer == REPAIR_SILENTLY) {
            limit.repaired(nowNanos);
        }
        return answer;
    }
}
