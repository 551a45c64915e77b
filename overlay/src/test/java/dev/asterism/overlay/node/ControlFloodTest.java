package dev.asterism.overlay.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.aead.JcaAead;
import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.LaneRig;
import dev.asterism.overlay.lane.MemoryTun;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.overlay.wire.WireExtensions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A member that sends more for the control plane than it may. */
class ControlFloodTest {

    private static final int FLOOD = 6_000;
    private static final int BURST = 1_000;
    private static final int PER_SECOND = 500;

    private final LaneRig rig =
            new LaneRig(
                    JcaAead.aesGcm(),
                    new MemoryTun(new byte[0], 0, false),
                    WireExtensions.NONE,
                    WireExtensions.NONE);

    @ParameterizedTest
    @EnumSource(
            value = MessageType.class,
            names = {"LIGHTHOUSE", "TEST", "CLOSE_TUNNEL", "CONTROL"})
    void isCutToItsBurstBeforeTheQueue(MessageType type) {
        for (int i = 0; i < FLOOD; i++) {
            rig.messageFromA(type, MessageType.TEST_REQUEST, 16, LaneRig.NOW);
        }

        assertThat(queued()).isEqualTo(BURST);
        assertThat(rig.inCounters.count(Direction.INBOUND, PacketOutcome.RATE_LIMITED))
                .isEqualTo(FLOOD - BURST);
        assertThat(rig.commandsOfB.refused()).isZero();
    }

    @Test
    void isHeardAgainAsItsBudgetFillsUp() {
        for (int i = 0; i < FLOOD; i++) {
            rig.messageFromA(MessageType.TEST, MessageType.TEST_REQUEST, 16, LaneRig.NOW);
        }
        queued();
        Tick later =
                new Tick(LaneRig.NOW.nanos() + 1_000_000_000L, LaneRig.NOW.wall().plusSeconds(1));

        for (int i = 0; i < FLOOD; i++) {
            rig.messageFromA(MessageType.TEST, MessageType.TEST_REQUEST, 16, later);
        }

        assertThat(queued()).isEqualTo(PER_SECOND);
    }

    private int queued() {
        int count = 0;
        while (rig.commandsOfB.pollMember() != null) {
            count++;
        }
        return count;
    }
}
