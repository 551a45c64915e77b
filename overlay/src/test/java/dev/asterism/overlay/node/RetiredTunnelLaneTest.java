package dev.asterism.overlay.node;

import static dev.asterism.overlay.packet.TestPackets.ipv4;
import static dev.asterism.overlay.packet.TestPackets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.aead.AeadKey;
import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.aead.JcaAead;
import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.LaneRig;
import dev.asterism.overlay.lane.LaneShared;
import dev.asterism.overlay.lane.MemoryTun;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.tunnel.Session;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.wire.WireExtensions;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import javax.security.auth.Destroyable;
import org.junit.jupiter.api.Test;

/**
 * A tunnel that the control plane removes while a lane works on a batch: the lane may use its keys until the batch is
 * done, and then nobody.
 */
class RetiredTunnelLaneTest {

    private static final int BATCH = 4;

    private final Interrupted ciphers = new Interrupted();
    private final LaneRig rig =
            new LaneRig(
                    ciphers,
                    new MemoryTun(ipv4(17, "10.42.0.1", "10.42.0.2", udp(1, 2, 64)), 0, false),
                    WireExtensions.NONE,
                    WireExtensions.NONE);

    @Test
    void keepsItsKeysWhileALaneOpensABatch() {
        Removal removal = new Removal(rig.sharedByB);
        ciphers.beforeOpening = removal;

        rig.carry(BATCH);

        assertThat(removal.wipedAtOnce).isFalse();
        assertThat(delivered()).as("the packet at work was opened").isEqualTo(1);
        assertThat(rig.inCounters.count(Direction.INBOUND, PacketOutcome.UNKNOWN_INDEX))
                .as("the others of the batch do not find the tunnel")
                .isGreaterThanOrEqualTo(BATCH - 1);
        removal.checkWipedNow();
    }

    @Test
    void keepsItsKeysWhileALaneSealsABatch() {
        Removal removal = new Removal(rig.sharedByA);
        ciphers.beforeSealing = removal;

        rig.carry(BATCH);

        assertThat(removal.wipedAtOnce).isFalse();
        assertThat(delivered()).as("the packet at work was sealed").isEqualTo(1);
        removal.checkWipedNow();
    }

    /** Nothing to wait for. */
    @Test
    void losesItsKeysAtOnceBetweenBatches() {
        rig.carry(BATCH);

        Removal removal = new Removal(rig.sharedByB);
        removal.run();

        assertThat(removal.wipedAtOnce).isTrue();
    }

    private long delivered() {
        return rig.inCounters.count(Direction.INBOUND, PacketOutcome.DELIVERED);
    }

    /** What the control plane does on its thread, at the worst moment. */
    private static final class Removal implements Runnable {

        private final LaneShared lane;
        private final Session session;
        private final Tunnel tunnel;
        private final RetiredSessions retired;
        private boolean done;
        boolean wipedAtOnce;

        Removal(LaneShared lane) {
            this.lane = lane;
            tunnel = lane.tunnels().all().iterator().next();
            session = tunnel.session();
            retired = new RetiredSessions(lane.epochs());
        }

        @Override
        public void run() {
            if (done) {
                return;
            }
            done = true;
            lane.tunnels().remove(tunnel);
            retired.retire(session);
            retired.onTimer(new Tick(0, Instant.EPOCH));
            wipedAtOnce = isWiped();
        }

        void checkWipedNow() {
            assertThat(done).isTrue();
            retired.onTimer(new Tick(retired.nextDeadlineNanos(), Instant.EPOCH));
            assertThat(isWiped()).isTrue();
            assertThat(retired.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
        }

        private boolean isWiped() {
            return ((Destroyable) session.sendKey()).isDestroyed()
                    && ((Destroyable) session.receiveKey()).isDestroyed();
        }
    }

    /** The JDK's cipher, with something that happens just before it works. */
    private static final class Interrupted implements AeadProvider {

        private final JcaAead real = JcaAead.aesGcm();
        Runnable beforeOpening = () -> {};
        Runnable beforeSealing = () -> {};

        @Override
        public AeadKey key(byte[] key) {
            return real.key(key);
        }

        @Override
        public String name() {
            return real.name();
        }

        @Override
        public AeadContext context() {
            AeadContext context = real.context();
            return new AeadContext() {
                @Override
                public void seal(
                        AeadKey key,
                        long counter,
                        MemorySegment out,
                        long at,
                        int aadLength,
                        MemorySegment in,
                        long inAt,
                        int length) {
                    beforeSealing.run();
                    context.seal(key, counter, out, at, aadLength, in, inAt, length);
                }

                @Override
                public boolean open(
                        AeadKey key,
                        long counter,
                        MemorySegment packet,
                        long at,
                        int aadLength,
                        int sealedLength,
                        MemorySegment out,
                        long outAt) {
                    beforeOpening.run();
                    return context.open(
                            key, counter, packet, at, aadLength, sealedLength, out, outAt);
                }
            };
        }
    }
}
