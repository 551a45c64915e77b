package dev.asterism.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.config.Strictness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class AgentTest {

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Agent agent =
            new Agent(
                    Path.of("none.yml"),
                    Strictness.REFUSE,
                    System.err,
                    new Deadline(Duration.ZERO, ended::countDown));

    @Test
    void aFailedThreadEndsTheProcessThoughNothingCanBeSaidOfIt() {
        Error unspeakable =
                new OutOfMemoryError() {
                    @Override
                    public String getMessage() {
                        throw this;
                    }
                };

        assertThatThrownBy(() -> agent.threadFailed("outbound", unspeakable)).isSameAs(unspeakable);

        assertThat(agent.next()).isEqualTo(Agent.Request.FAILED);
    }

    @Test
    void aFailedThreadIsNotWaitedForWithoutLimit() throws InterruptedException {
        agent.threadFailed("outbound", new IllegalStateException("test"));

        ended.await();
        assertThat(agent.next()).isEqualTo(Agent.Request.FAILED);
    }

    @Test
    void askingTwiceIsAskingOnce() {
        agent.stop();
        agent.stop();
        agent.threadFailed("outbound", new IllegalStateException("test"));

        assertThat(agent.next()).isEqualTo(Agent.Request.STOP);
        assertThat(agent.next()).isEqualTo(Agent.Request.FAILED);
    }
}
