package dev.asterism.overlay.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import org.junit.jupiter.api.Test;

class CommandQueueTest {

    private static final int LARGE = 9_000;

    private final CommandQueue queue = new CommandQueue(() -> {});

    @Test
    void holdsNoMoreBytesThanItsBudget() {
        int taken = 0;
        while (queue.offer(large())) {
            taken++;
        }

        assertThat(taken).isEqualTo(CommandQueue.MAX_BYTES / LARGE);
        assertThat(queue.refused()).isEqualTo(1);
        assertThat(queue.offer(new ControlCommand.UnderlayChanged()))
                .as("a small command still finds room")
                .isTrue();
    }

    @Test
    void givesBytesBackWhenACommandIsTaken() {
        while (queue.offer(large())) {
            assertThat(queue.isEmpty()).isFalse();
        }
        assertThat(queue.poll()).isNotNull();

        assertThat(queue.offer(large())).isTrue();
        assertThat(queue.offer(large())).isFalse();
    }

    @Test
    void unauthenticatedCommandsHaveTheirOwnBudget() {
        while (queue.offer(large())) {
            assertThat(queue.isEmpty()).isFalse();
        }

        assertThat(queue.offerUnauthenticated(large())).isTrue();
        assertThat(queue.pollUnauthenticated()).isNotNull();
    }

    @Test
    void callsOfTheOperatorFindRoomBesideAFloodOfTheLanes() {
        while (queue.offer(large())) {
            assertThat(queue.isEmpty()).isFalse();
        }
        ControlCommand reload = new ControlCommand.Call(_ -> {});

        assertThat(queue.offer(reload)).isTrue();
        assertThat(queue.pollOperator()).isSameAs(reload);
    }

    private static ControlCommand large() {
        return new ControlCommand.StartHandshake(Ip.of("10.42.0.9"), Bytes.owning(new byte[LARGE]));
    }
}
