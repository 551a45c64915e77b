package dev.asterism.l7.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Breaker breaker = new Breaker(BreakerPolicy.STANDARD);

    @Test
    void opensAfterFiveInARow() {
        for (int i = 0; i < 100; i++) {
            breaker.good(0);
        }
        for (int i = 0; i < 4; i++) {
            assertThat(breaker.bad(0, true)).isFalse();
        }
        assertThat(breaker.bad(0, true)).isTrue();
    }

    @Test
    void opensWhenTooFewAreGood() {
        boolean open = false;
        int answers = 0;
        while (!open && answers < 100) {
            open = answers % 3 == 2 ? breaker.bad(0, true) : !breaker.isClosed();
            if (answers % 3 != 2) {
                breaker.good(0);
            }
            answers++;
        }
        assertThat(answers).isEqualTo(6);
    }

    @Test
    void needsSamples() {
        assertThat(breaker.bad(0, true)).isFalse();
        assertThat(breaker.bad(0, true)).isFalse();
    }

    @Test
    void tooManyRequestsDoNotCountAsConsecutive() {
        for (int i = 0; i < 40; i++) {
            breaker.good(0);
        }
        for (int i = 0; i < 10; i++) {
            assertThat(breaker.bad(0, false)).isFalse();
        }
        assertThat(breaker.bad(0, false)).as("but they count in the ratio").isTrue();
    }

    @Test
    void forgetsWhatIsOlderThanTheWindow() {
        for (int i = 0; i < 4; i++) {
            breaker.bad(0, false);
        }
        assertThat(breaker.bad(11 * SECOND, false)).isFalse();
    }

    @Test
    void restsTwiceAsLongEachTimeWithJitterAndACap() {
        SplittableRandom random = new SplittableRandom(3);
        long now = 0;
        for (int time = 0; time < 10; time++) {
            long base = Math.min(60, 1L << time) * SECOND;
            long rest = breaker.rest(now, random.nextLong());
            assertThat(rest).isBetween(base, Math.min(60 * SECOND, base * 3 / 2));
            now += rest;
            assertThat(breaker.isProbeDue(now)).isTrue();
            breaker.probe();
            assertThat(breaker.bad(now, true)).isTrue();
        }
    }

    @Test
    void oneGoodProbeClosesIt() {
        long rest = breaker.rest(0, 0);
        assertThat(breaker.isProbeDue(rest - 1)).isFalse();
        assertThat(breaker.isProbeDue(rest)).isTrue();
        breaker.probe();
        assertThat(breaker.isProbeDue(rest)).as("only one").isFalse();

        assertThat(breaker.good(rest)).isTrue();

        assertThat(breaker.isClosed()).isTrue();
        assertThat(breaker.rest(rest, 0)).isEqualTo(SECOND);
    }

    @Test
    void anAnswerFromBeforeTheRestSaysNothing() {
        breaker.rest(0, 0);
        assertThat(breaker.good(1)).isFalse();
        assertThat(breaker.bad(1, true)).isFalse();
        assertThat(breaker.isOpen()).isTrue();
    }
}
