package dev.asterism.overlay.lane;

import static dev.asterism.overlay.lane.LaneRig.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.aead.JcaAead;
import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.wire.Header;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.overlay.wire.WireExtensions;
import org.junit.jupiter.api.Test;

/** Every datagram that waits for its tunnel has an end that is counted. */
class EarlyDatagramCountsTest {

    private static final int AWAITED = 77;
    private static final long LONGER_THAN_IT_WAITS = 600_000_000L;

    private final LaneRig rig =
            new LaneRig(
                    JcaAead.aesGcm(),
                    new MemoryTun(new byte[0], 0, false),
                    WireExtensions.NONE,
                    WireExtensions.NONE);

    @Test
    void whatWaitedInVainWasForNoTunnel() {
        rig.tunnelsOfB.awaited().add(AWAITED);
        sendToAwaited(3);

        rig.inbound.doWork(NOW);
        assertThat(count(PacketOutcome.WAITING_FOR_TUNNEL)).isEqualTo(3);
        assertThat(count(PacketOutcome.UNKNOWN_INDEX)).isZero();

        rig.inbound.doWork(new Tick(NOW.nanos() + LONGER_THAN_IT_WAITS, NOW.wall()));
        assertThat(count(PacketOutcome.WAITING_FOR_TUNNEL)).isEqualTo(3);
        assertThat(count(PacketOutcome.UNKNOWN_INDEX)).isEqualTo(3);
    }

    @Test
    void whatFindsNoRoomDoesNotWait() {
        rig.tunnelsOfB.awaited().add(AWAITED);
        int room = EarlyDatagrams.ENTRIES;
        sendToAwaited(room + 5);

        while (rig.inbound.doWork(NOW) > 0) {}

        assertThat(count(PacketOutcome.WAITING_FOR_TUNNEL)).isEqualTo(room);
        assertThat(count(PacketOutcome.UNKNOWN_INDEX)).isEqualTo(5);
    }

    private void sendToAwaited(int datagrams) {
        for (int i = 0; i < datagrams; i++) {
            rig.sendFromA(new byte[40], false);
            int at = rig.wire.sent().offset(rig.wire.sent().count() - 1);
            Header.write(
                    rig.wire.sent().slab(),
                    at,
                    MessageType.MESSAGE,
                    MessageType.MESSAGE_NONE,
                    AWAITED,
                    3 + i);
        }
    }

    private long count(PacketOutcome outcome) {
        return rig.inCounters.count(Direction.INBOUND, outcome);
    }
}
