package dev.asterism.overlay.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.aead.JcaAead;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Scenario A4.9 of the conformance list. */
class SessionTest {

    private final Session session =
            new Session(
                    1,
                    2,
                    JcaAead.aesGcm().key(new byte[32]),
                    JcaAead.aesGcm().key(new byte[32]),
                    new ReplayWindow(ReplayWindow.DEFAULT_LENGTH));

    @Test
    void a4_9_theFirstPacketHasCounterThree() {
        assertThat(session.nextCounter()).isEqualTo(3);
        assertThat(session.window().check(1)).isFalse();
        assertThat(session.window().check(2)).isFalse();
        assertThat(session.window().check(3)).isTrue();
    }

    @Test
    void a4_9_refusesFromTheLimitOnForEver() {
        session.advanceCounterTo(Session.REFUSE_AT - 2);

        assertThat(session.nextCounter()).isEqualTo(Session.REFUSE_AT - 1);
        for (int i = 0; i < 10; i++) {
            assertThat(session.nextCounter()).isEqualTo(Session.EXHAUSTED);
            assertThat(session.isExhausted()).isTrue();
        }
    }

    @Test
    void wantsANewHandshakeLongBeforeTheLimit() {
        session.advanceCounterTo(Session.REHANDSHAKE_AT - 1);
        assertThat(session.wantsRehandshake()).isFalse();
        assertThat(session.nextCounter()).isEqualTo(Session.REHANDSHAKE_AT);
        assertThat(session.wantsRehandshake()).isTrue();
        assertThat(session.isExhausted()).isFalse();
    }

    @Test
    void threadsNeverGetTheSameCounter() {
        Set<Long> seen = new ConcurrentSkipListSet<>();
        long repeated =
                IntStream.range(0, 40_000)
                        .parallel()
                        .filter(_ -> !seen.add(session.nextCounter()))
                        .count();
        assertThat(repeated).isZero();
        assertThat(seen).hasSize(40_000);
    }
}
