package dev.asterism.overlay.node;

import static dev.asterism.overlay.packet.TestPackets.ipv4;
import static dev.asterism.overlay.packet.TestPackets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.aead.JcaAead;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.LaneRig;
import dev.asterism.overlay.lane.LaneShared;
import dev.asterism.overlay.lane.MemoryTun;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.wire.WireExtensions;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A search that is often woken early leaves no timers behind. */
class PathMtuTimersTest {

    private static final long MILLI = 1_000_000L;
    private static final int BURSTS = 100;
    private static final int LARGE = 1300;

    private final LaneRig rig =
            new LaneRig(
                    JcaAead.aesGcm(),
                    new MemoryTun(ipv4(17, "10.42.0.1", "10.42.0.2", udp(1, 2, 64)), 0, false),
                    WireExtensions.NONE,
                    WireExtensions.NONE);
    private final LaneShared shared = rig.sharedByA;
    private final PathMtu mtu =
            new PathMtu(
                    shared.tunnels(),
                    shared.snapshots(),
                    new ControlSender(
                            shared.tunnels(),
                            shared.snapshots(),
                            rig.senderOfA,
                            new MessageTally(List.of())),
                    _ -> {});

    @Test
    void doNotMultiplyWithBurstsOfLargePackets() {
        Tunnel tunnel = shared.tunnels().all().iterator().next();
        long millis = 0;
        for (int i = 0; i < BURSTS; i++) {
            millis += 10_000;
            mtu.onTimer(at(millis));
            mtu.large(tunnel, LARGE, at(millis));
            mtu.answered(tunnel, LARGE, at(millis + 20));
            mtu.onTimer(at(millis + 200));
        }

        assertThat(Objects.requireNonNull(tunnel.watch().mtuSearch()).proven()).isEqualTo(LARGE);
        assertThat(mtu.onTimer(at(millis + 100_000))).as("timers").isBetween(1, 3);
    }

    private static Tick at(long millis) {
        return new Tick(millis * MILLI, Instant.EPOCH.plusMillis(millis));
    }
}
