package dev.asterism.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.agent.service.ControlPlaneCall;
import java.time.Duration;
import org.junit.jupiter.api.Test;

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
}
