package dev.asterism.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.agent.service.ControlPlaneCall;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DeadlineTest {

    /** A request to stop that comes right after a reload has begun, with a control plane that answers nothing. */
    @Test
    void leavesTimeForAllWaitsOfAnOrderlyEnd() {
        Duration reload = ControlPlaneCall.PATIENCE.plus(Revocation.PATIENCE);
        Duration end =
                ControlPlaneCall.PATIENCE
                        .plusSeconds(StateKeeper.PATIENCE_SECONDS)
                        .plus(Agent.LAST_LINES);

        assertThat(reload.plus(end)).isLessThan(Deadline.PATIENCE);
    }

    /** Requests under way may take longer than all else; what then does not end ends the process all the same. */
    @Test
    @Timeout(20)
    void comesLaterByWhatItIsExtended() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        Deadline deadline = new Deadline(Duration.ofMillis(1), ended::countDown);
        long begun = System.nanoTime();
        deadline.extend(Duration.ofMillis(300));
        deadline.start();
        ended.await();

        assertThat(System.nanoTime() - begun).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(300));
    }
}
