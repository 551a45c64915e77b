package dev.asterism.l7.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimerWheelTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final List<RuntimeException> faults = new ArrayList<>();
    private final List<Long> wakes = new ArrayList<>();

    private static final class Mark extends Timer {

        private int times;

        @Override
        protected void expired() {
            times++;
        }
    }

    private TimerWheel wheel(long origin) {
        return new TimerWheel(wakes::add, faults::add, origin);
    }

    @Test
    void expiresNotEarlyAndInTheMillisecond() {
        TimerWheel wheel = wheel(-7);
        Mark mark = new Mark();
        wheel.arm(mark, 25 * MILLI);
        wheel.advance(25 * MILLI - 8);
        assertThat(mark.times).isZero();
        assertThat(mark.isArmed()).isTrue();
        wheel.advance(26 * MILLI);
        assertThat(mark.times).isEqualTo(1);
        assertThat(mark.isArmed()).isFalse();
        assertThat(wheel.armed()).isZero();
    }

    @Test
    void cancelsAndArmsAgain() {
        TimerWheel wheel = wheel(0);
        Mark mark = new Mark();
        wheel.arm(mark, 5 * MILLI);
        wheel.cancel(mark);
        wheel.cancel(mark);
        wheel.advance(10 * MILLI);
        assertThat(mark.times).isZero();
        wheel.arm(mark, 12 * MILLI);
        wheel.arm(mark, 40 * MILLI);
        wheel.advance(39 * MILLI);
        assertThat(mark.times).isZero();
        wheel.arm(mark, 39 * MILLI);
        wheel.advance(40 * MILLI);
        assertThat(mark.times).isEqualTo(1);
    }

    @Test
    void asksToBeWokenForTheEarliestOnlyWhenItIsEarlier() {
        TimerWheel wheel = wheel(0);
        wheel.arm(new Mark(), 50 * MILLI);
        wheel.arm(new Mark(), 60 * MILLI);
        wheel.arm(new Mark(), 20 * MILLI);
        assertThat(wakes).containsExactly(50 * MILLI, 20 * MILLI);
        wheel.advance(20 * MILLI);
        assertThat(wakes).containsExactly(50 * MILLI, 20 * MILLI, 50 * MILLI);
    }

    @Test
    void goesOnAfterAFault() {
        TimerWheel wheel = wheel(0);
        Mark mark = new Mark();
        wheel.arm(mark, MILLI);
        wheel.arm(
                new Timer() {
                    @Override
                    protected void expired() {
                        throw new IllegalStateException("ours");
                    }
                },
                MILLI);
        wheel.advance(2 * MILLI);
        assertThat(mark.times).isEqualTo(1);
        assertThat(faults).hasSize(1);
    }

    @Test
    void goesOnAfterAnError() {
        for (Error error : List.of(new StackOverflowError(), new OutOfMemoryError("a test"))) {
            TimerWheel wheel = wheel(0);
            Mark mark = new Mark();
            wheel.arm(mark, MILLI);
            wheel.arm(
                    new Timer() {
                        @Override
                        protected void expired() {
                            throw error;
                        }
                    },
                    MILLI);
            if (error instanceof StackOverflowError) {
                wheel.advance(2 * MILLI);
                assertThat(mark.times).isEqualTo(1);
            } else {
                assertThatThrownBy(() -> wheel.advance(2 * MILLI)).isSameAs(error);
                wakes.clear();
                wheel.arm(new Mark(), 5 * MILLI);
                assertThat(wakes).containsExactly(5 * MILLI);
                wheel.advance(100 * MILLI);
                assertThat(mark.times).isEqualTo(1);
            }
        }
        assertThat(faults).hasSize(1);
        assertThat(faults.getFirst()).hasCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void mayBeArmedFromItsOwnExpiry() {
        TimerWheel wheel = wheel(0);
        int[] times = {0};
        Timer each =
                new Timer() {
                    @Override
                    protected void expired() {
                        times[0]++;
                        wheel.arm(this, dueNanos());
                    }
                };
        wheel.arm(each, MILLI);
        wheel.advance(100 * MILLI);
        assertThat(times[0]).isEqualTo(100);
    }

    /** Against a list that is searched: every timer expires in the first millisecond at or after its time. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void expiresLikeASearchedList(long seed) {
        Random random = new Random(seed);
        long now = random.nextLong() / 2;
        TimerWheel wheel = wheel(now);
        long origin = now;
        List<Mark> marks = new ArrayList<>();
        long[] due = new long[200];
        boolean[] armed = new boolean[200];
        for (int i = 0; i < 200; i++) {
            marks.add(new Mark());
        }
        for (int step = 0; step < 5000; step++) {
            int i = random.nextInt(200);
            if (random.nextInt(5) == 0) {
                wheel.cancel(marks.get(i));
                armed[i] = false;
            } else {
                due[i] = now + random.nextLong(MILLI << random.nextInt(1, 26));
                armed[i] = true;
                wheel.arm(marks.get(i), due[i]);
            }
            now += random.nextLong(MILLI << random.nextInt(1, 18));
            for (Mark mark : marks) {
                mark.times = 0;
            }
            wheel.advance(now);
            long tick = origin + Math.floorDiv(now - origin, MILLI) * MILLI;
            for (int m = 0; m < 200; m++) {
                boolean expected = armed[m] && due[m] <= tick;
                assertThat(marks.get(m).times)
                        .as("seed %d step %d timer %d", seed, step, m)
                        .isEqualTo(expected ? 1 : 0);
                armed[m] &= !expected;
            }
            assertThat(wheel.nextNanos()).as("seed %d step %d", seed, step).isGreaterThan(tick);
        }
        assertThat(faults).isEmpty();
    }
}
