package dev.asterism.overlay.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Scenarios A4 of the conformance list; N = 16 unless said. */
class ReplayWindowTest {

    private final ReplayWindow window = new ReplayWindow(16);

    @Test
    void a4_1_refusesLengthsThatAreNoPowerOfTwo() {
        for (int length : new int[] {-1, 0, 1, 3, 15, 17, 8191}) {
            assertThatThrownBy(() -> new ReplayWindow(length))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a4_2_acceptsInOrderAndCountsRepetitions() {
        accept(1, 2, 3);
        assertThat(window.update(1)).isFalse();
        assertThat(window.update(1)).isFalse();

        assertCounts(2, 0, 0);
    }

    @Test
    void a4_3_knowsWhatIsTooOldAndSharesSlots() {
        accept(1, 17, 25);

        assertThat(window.update(24)).isTrue();
        assertThat(window.update(5)).isFalse();
        assertThat(window.current()).isEqualTo(25);
    }

    @Test
    void a4_4_countsLossesOfLongJumps() {
        accept(55);
        assertCounts(0, 0, 39);
        accept(100);
        assertCounts(0, 0, 39 + 44);
        accept(200);
        assertCounts(0, 0, 39 + 44 + 99);
    }

    @Test
    void a4_5_countsLossesWhenSlotsAreReusedOneByOne() {
        accept(20);
        assertCounts(0, 0, 4);
        for (long counter = 21; counter <= 29; counter++) {
            accept(counter);
        }
        assertCounts(0, 0, 13);
        assertThat(window.update(0)).isFalse();
        assertCounts(0, 1, 13);
    }

    @Test
    void a4_6_countsLossesAcrossTheWarmUp() {
        accept(15);
        assertThat(window.lost()).isZero();
        accept(16);
        assertThat(window.lost()).isZero();
        accept(17);
        assertThat(window.lost()).isEqualTo(1);
        for (long counter = 18; counter <= 30; counter++) {
            accept(counter);
        }
        assertThat(window.lost()).isEqualTo(14);
        accept(46);
        assertThat(window.lost()).isEqualTo(14);
        for (long counter = 47; counter <= 55; counter++) {
            accept(counter);
        }
        assertThat(window.lost()).isEqualTo(23);
        accept(87);
        assertCounts(0, 0, 45);
    }

    @Test
    void a4_7_acceptsLateArrivalsWithoutCountingThemLost() {
        accept(4, 1, 9, 2, 3, 5, 6, 7, 10, 11, 14);
        assertThat(window.lost()).isZero();
        accept(25);
        assertThat(window.lost()).isEqualTo(1);
        accept(12, 13, 15, 16);
        assertCounts(0, 0, 1);
    }

    @Test
    void a4_8_takesEverythingBelowItsLengthWhileWarmingUp() {
        accept(14);
        for (long counter = 1; counter < 14; counter++) {
            accept(counter);
        }
        assertThat(window.check(0)).isFalse();
        assertCounts(0, 0, 0);
    }

    @Test
    void tellsOfGapsInsideTheWindowAtOnce() {
        assertThat(window.missing()).isZero();
        accept(1, 2, 5);
        assertThat(window.missing()).isEqualTo(2);
        assertThat(window.lost()).isZero();
        accept(3);
        assertThat(window.missing()).isEqualTo(1);
        accept(15, 16);
        assertThat(window.missing()).isEqualTo(10);
        accept(40);
        assertThat(window.missing()).isEqualTo(40 - 7);
        accept(39);
        assertThat(window.missing()).isEqualTo(40 - 8);
    }

    @Test
    void checkChangesAndCountsNothing() {
        accept(30);
        for (int i = 0; i < 3; i++) {
            assertThat(window.check(30)).isFalse();
            assertThat(window.check(14)).isFalse();
            assertThat(window.check(15)).isTrue();
            assertThat(window.check(31)).isTrue();
        }
        assertThat(window.duplicates() + window.outOfWindow()).isZero();
    }

    @Test
    void agreesWithAListOfEverythingSeen() {
        long seed = Long.getLong("test.seed", 42);
        Random random = new Random(seed);
        ReplayWindow tested = new ReplayWindow(256);
        BitSet seen = new BitSet();
        seen.set(0);
        int highest = 0;
        for (int i = 0; i < 200_000; i++) {
            int counter = Math.max(0, highest + random.nextInt(600) - 400);
            boolean fresh =
                    !seen.get(counter)
                            && (counter > highest - 256 || highest < 256 && counter < 256);
            boolean expected = counter > highest || fresh;

            assertThat(tested.check(counter))
                    .as("seed %d, step %d, check %d", seed, i, counter)
                    .isEqualTo(expected);
            assertThat(tested.update(counter))
                    .as("seed %d, step %d, update %d", seed, i, counter)
                    .isEqualTo(expected);

            seen.set(counter);
            highest = Math.max(highest, counter);
        }
    }

    @Test
    void worksAtTheEndOfTheCounterSpace() {
        accept(-3L);
        assertThat(window.update(-4L)).isTrue();
        assertThat(window.update(-3L)).isFalse();
        assertThat(window.update(100)).isFalse();
        assertThat(window.update(-1L)).isTrue();
    }

    /** Against a window that goes over its slots one by one, in every length from one word's fraction to many words. */
    @Test
    void agreesWithAWindowOfSingleBits() {
        long seed = Long.getLong("test.seed", 7);
        Random random = new Random(seed);
        for (int length = 2; length <= 1024; length *= 2) {
            ReplayWindow tested = new ReplayWindow(length);
            BitwiseWindow reference = new BitwiseWindow(length);
            for (int i = 0; i < 20_000; i++) {
                long counter = reference.nextCounter(random);
                String step = "seed %d, length %d, step %d".formatted(seed, length, i);
                assertThat(tested.check(counter)).as(step).isEqualTo(reference.check(counter));
                assertThat(tested.update(counter)).as(step).isEqualTo(reference.update(counter));
                assertThat(tested.lost()).as(step).isEqualTo(reference.lost);
                assertThat(tested.duplicates()).as(step).isEqualTo(reference.duplicates);
                assertThat(tested.outOfWindow()).as(step).isEqualTo(reference.outOfWindow);
            }
        }
    }

    @Test
    void paysForAJumpInWords() {
        ReplayWindow wide = new ReplayWindow(8192);
        wide.update(10_000);
        long before = wide.wordsCleared();
        wide.update(10_065);
        assertThat(wide.wordsCleared() - before).isBetween(1L, 2L);

        before = wide.wordsCleared();
        wide.update(1L << 60);
        assertThat(wide.wordsCleared() - before).isBetween(128L, 129L);
        assertThat(wide.check((1L << 60) - 1)).isTrue();
        assertThat(wide.check(10_065)).isFalse();
    }

    /** A lighthouse has one for each of ten thousand hosts, of which most send a few hundred packets. */
    @Test
    void takesMemoryOnlyForCountersThatCame() {
        ReplayWindow wide = new ReplayWindow(8192);
        for (long counter = 1; counter < 256; counter++) {
            assertThat(wide.update(counter)).isTrue();
        }
        assertThat(wide.bytes()).isEqualTo(32);
        assertThat(wide.update(256)).isTrue();
        assertThat(wide.bytes()).isEqualTo(64);
        assertThat(wide.update(5_000)).isTrue();
        assertThat(wide.bytes()).isEqualTo(1024);
        assertThat(wide.check(255)).isFalse();
        assertThat(wide.check(257)).isTrue();
        assertThat(wide.update(1L << 40)).isTrue();
        assertThat(wide.bytes()).isEqualTo(1024);
    }

    /** The window as the specification tells it, one slot after the other. */
    private static final class BitwiseWindow {
        private final int length;
        private final boolean[] seen;
        private long current;
        private long duplicates;
        private long outOfWindow;
        private long lost;

        BitwiseWindow(int length) {
            this.length = length;
            seen = new boolean[length];
            seen[0] = true;
        }

        /** Near the newest one, mostly; now and then far ahead. */
        long nextCounter(Random random) {
            int reach =
                    switch (random.nextInt(40)) {
                        case 0 -> 5 * length;
                        case 1, 2, 3 -> length;
                        default -> 4;
                    };
            return Math.max(0, current + random.nextInt(2 * reach + 1) - reach);
        }

        boolean check(long counter) {
            return counter > current || isInside(counter) && !seen[slot(counter)];
        }

        boolean update(long counter) {
            if (counter <= current) {
                return markLate(counter);
            }
            for (long n = current + 1; n <= counter; n++) {
                if (n > length && !seen[slot(n)]) {
                    lost++;
                }
                seen[slot(n)] = false;
            }
            seen[slot(counter)] = true;
            current = counter;
            return true;
        }

        private boolean markLate(long counter) {
            boolean fresh = isInside(counter) && !seen[slot(counter)];
            if (fresh) {
                seen[slot(counter)] = true;
            } else if (isInside(counter)) {
                duplicates++;
            } else {
                outOfWindow++;
            }
            return fresh;
        }

        private boolean isInside(long counter) {
            return current < length ? counter < length : counter > current - length;
        }

        private int slot(long counter) {
            return (int) (counter % length);
        }
    }

    private void accept(long... counters) {
        for (long counter : counters) {
            assertThat(window.check(counter)).as("check %d", counter).isTrue();
            assertThat(window.update(counter)).as("update %d", counter).isTrue();
        }
    }

    private void assertCounts(long duplicates, long outOfWindow, long lost) {
        assertThat(window.duplicates()).as("duplicates").isEqualTo(duplicates);
        assertThat(window.outOfWindow()).as("out of window").isEqualTo(outOfWindow);
        assertThat(window.lost()).as("lost").isEqualTo(lost);
    }
}
