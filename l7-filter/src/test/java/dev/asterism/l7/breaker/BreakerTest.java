package dev.asterism.l7.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Breaker breaker = new Breaker(BreakerPolicy.STANDARD, new Ejection());

    @Test
    void opensAfterFiveInARow() {
        for (int i = 0; i < 100; i++) {
            breaker.good(0, Ejection.NO_PROBE);
        }
        for (int i = 0; i < 4; i++) {
            assertThat(breaker.bad(0, true, Ejection.NO_PROBE)).isFalse();
        }
        assertThat(breaker.bad(0, true, Ejection.NO_PROBE)).isTrue();
    }

    @Test
    void opensWhenTooFewAreGood() {
        boolean open = false;
        int answers = 0;
        while (!open && answers < 100) {
            open = answers % 3 == 2 ? breaker.bad(0, true, Ejection.NO_PROBE) : !breaker.isClosed();
            if (answers % 3 != 2) {
                breaker.good(0, Ejection.NO_PROBE);
            }
            answers++;
        }
        assertThat(answers).isEqualTo(6);
    }

    @Test
    void needsSamples() {
        assertThat(breaker.bad(0, true, Ejection.NO_PROBE)).isFalse();
        assertThat(breaker.bad(0, true, Ejection.NO_PROBE)).isFalse();
    }

    @Test
    void tooManyRequestsDoNotCountAsConsecutive() {
        for (int i = 0; i < 40; i++) {
            breaker.good(0, Ejection.NO_PROBE);
        }
        for (int i = 0; i < 10; i++) {
            assertThat(breaker.bad(0, false, Ejection.NO_PROBE)).isFalse();
        }
        assertThat(breaker.bad(0, false, Ejection.NO_PROBE))
                .as("but they count in the ratio")
                .isTrue();
    }

    @Test
    void forgetsWhatIsOlderThanTheWindow() {
        for (int i = 0; i < 4; i++) {
            breaker.bad(0, false, Ejection.NO_PROBE);
        }
        assertThat(breaker.bad(11 * SECOND, false, Ejection.NO_PROBE)).isFalse();
    }

    @Test
    void ejectsTwiceAsLongEachTimeWithJitterAndACap() {
        SplittableRandom random = new SplittableRandom(3);
        long now = 0;
        long probe = Ejection.NO_PROBE;
        for (int time = 0; time < 10; time++) {
            long base = Math.min(60, 1L << time) * SECOND;
            long nanos = breaker.eject(now, random.nextLong(), probe);
            assertThat(nanos).isBetween(base, Math.min(60 * SECOND, base * 3 / 2));
            now += nanos;
            probe = breaker.tryProbe(now);
            assertThat(probe).isNotEqualTo(Ejection.NO_PROBE);
            assertThat(breaker.bad(now, true, probe)).isTrue();
        }
    }

    @Test
    void oneGoodProbeClosesIt() {
        long nanos = breaker.eject(0, 0, Ejection.NO_PROBE);
        assertThat(breaker.tryProbe(nanos - 1)).isEqualTo(Ejection.NO_PROBE);
        long probe = breaker.tryProbe(nanos);
        assertThat(probe).isNotEqualTo(Ejection.NO_PROBE);
        assertThat(breaker.tryProbe(nanos)).as("only one").isEqualTo(Ejection.NO_PROBE);

        assertThat(breaker.good(nanos, probe)).isTrue();

        assertThat(breaker.isClosed()).isTrue();
        assertThat(breaker.eject(nanos, 0, Ejection.NO_PROBE)).isEqualTo(SECOND);
    }

    @Test
    void anAnswerFromBeforeTheEjectionSaysNothing() {
        breaker.eject(0, 0, Ejection.NO_PROBE);
        assertThat(breaker.good(1, Ejection.NO_PROBE)).isFalse();
        assertThat(breaker.bad(1, true, Ejection.NO_PROBE)).isFalse();
        assertThat(breaker.isClosed()).isFalse();
    }

    @Test
    void onlyTheProbesOwnAnswerDecides() {
        long nanos = breaker.eject(0, 0, Ejection.NO_PROBE);
        long probe = breaker.tryProbe(nanos);

        assertThat(breaker.good(nanos, Ejection.NO_PROBE)).as("of an older request").isFalse();
        assertThat(breaker.bad(nanos, true, Ejection.NO_PROBE)).isFalse();
        assertThat(breaker.good(nanos, probe - 1)).as("of an older probe").isFalse();
        assertThat(breaker.isClosed()).isFalse();
        assertThat(breaker.untilNanos()).isEqualTo(nanos);

        assertThat(breaker.good(nanos, probe)).isTrue();
        assertThat(breaker.isClosed()).isTrue();
    }

    @Test
    void aLostProbeGivesWayToAnother() {
        long nanos = breaker.eject(0, 0, Ejection.NO_PROBE);
        long first = breaker.tryProbe(nanos);
        breaker.probeLost(first);
        long second = breaker.tryProbe(nanos);

        assertThat(second).isNotIn(Ejection.NO_PROBE, first);
        assertThat(breaker.good(nanos, first)).as("of the lost one").isFalse();
        assertThat(breaker.good(nanos, second)).isTrue();
    }
}
