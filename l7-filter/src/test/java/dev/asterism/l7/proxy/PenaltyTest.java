package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.balance.Load;
import dev.asterism.l7.retry.ServerAdvice;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a failed answer counts as. */
class PenaltyTest {

    @Test
    void noAdviceMakesAFailureCheap() {
        assertThat(RequestAttempt.penalty(ServerAdvice.NONE)).isEqualTo(Load.FAILURE_NANOS);
        assertThat(RequestAttempt.penalty(ServerAdvice.NEVER)).isEqualTo(Load.FAILURE_NANOS);
        assertThat(RequestAttempt.penalty(0)).isEqualTo(Load.FAILURE_NANOS);
        assertThat(RequestAttempt.penalty(1)).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        assertThat(RequestAttempt.penalty(ServerAdvice.MOST_NANOS))
                .isEqualTo(ServerAdvice.MOST_NANOS);
    }
}
