package dev.asterism.overlay.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.aead.AeadKey;
import dev.asterism.overlay.aead.JcaAead;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.LaneEpoch;
import dev.asterism.overlay.lane.LaneEpochs;
import dev.asterism.overlay.tunnel.ReplayWindow;
import dev.asterism.overlay.tunnel.Session;
import java.time.Instant;
import javax.security.auth.Destroyable;
import org.junit.jupiter.api.Test;

class RetiredSessionsTest {

    private final LaneEpochs lanes = new LaneEpochs();
    private final LaneEpoch first = lanes.join();
    private final LaneEpoch second = lanes.join();
    private final RetiredSessions retired = new RetiredSessions(lanes);
    private final Session session = session();

    @Test
    void wipesAtOnceWhileNoLaneWorks() {
        retired.retire(session);

        assertThat(retired.onTimer(at(0))).isEqualTo(1);
        assertThat(isWiped(session)).isTrue();
        assertThat(retired.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void waitsForEveryLaneThatMayHoldTheTunnel() {
        first.begin();
        second.begin();
        retired.retire(session);
        retired.onTimer(at(0));
        assertThat(isWiped(session)).isFalse();

        second.end();
        retired.onTimer(at(1));
        assertThat(isWiped(session)).isFalse();
        assertThat(retired.nextDeadlineNanos()).isGreaterThan(at(1).nanos());

        first.end();
        retired.onTimer(at(2));
        assertThat(isWiped(session)).isTrue();
    }

    /** The next turn does not find the tunnel, so it need not be waited for. */
    @Test
    void doesNotWaitForTurnsThatBeganLater() {
        first.begin();
        retired.retire(session);
        first.end();
        first.begin();
        second.begin();

        retired.onTimer(at(0));

        assertThat(isWiped(session)).isTrue();
    }

    private static boolean isWiped(Session session) {
        return isWiped(session.sendKey()) && isWiped(session.receiveKey());
    }

    private static boolean isWiped(AeadKey key) {
        return ((Destroyable) key).isDestroyed();
    }

    private static Tick at(int millis) {
        return new Tick(millis * 1_000_000L, Instant.EPOCH);
    }

    private static Session session() {
        JcaAead ciphers = JcaAead.aesGcm();
        return new Session(
                1,
                2,
                ciphers.key(new byte[32]),
                ciphers.key(new byte[32]),
                new ReplayWindow(ReplayWindow.DEFAULT_LENGTH));
    }
}
