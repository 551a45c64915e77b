package dev.asterism.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapTrimTest {

    private static final long MIB = 1 << 20;
    private static final long LIVE = 30 * MIB;
    private static final long LEFTOVER = HeapTrim.LEAST_LEFTOVER + LIVE / 16;

    private long used = LIVE;
    private long nanos = -5;
    private int collections;
    private final HeapTrim trim =
            new HeapTrim(
                    () -> used,
                    () -> {
                        used = LIVE;
                        collections++;
                    });

    private boolean look() {
        return look(trim);
    }

    private boolean look(HeapTrim at) {
        nanos += HeapTrim.LOOK_MILLIS * 1_000_000;
        return at.look(nanos);
    }

    @Test
    void collectsWhenAThirdAndSixMebibytesMoreAreUsedThanWereLeft() {
        used = LIVE + LIVE / 3 + HeapTrim.LEAST_GROWTH - 1;
        assertThat(look()).isFalse();

        used++;
        assertThat(look()).isTrue();
        assertThat(collections).isEqualTo(1);
    }

    @Test
    void leavesItAloneWhileNothingGrows() {
        for (int i = 0; i < 100; i++) {
            assertThat(look()).isFalse();
        }
    }

    @Test
    void measuresGrowthByWhatTheLastCollectionLeft() {
        HeapTrim growing = new HeapTrim(() -> used, () -> collections++); // all of it is needed
        used = 2 * LIVE;
        assertThat(look(growing)).isTrue();
        for (int i = 0; i < 100; i++) {
            assertThat(look(growing)).isFalse();
        }
        used = 2 * LIVE + 2 * LIVE / 3 + HeapTrim.LEAST_GROWTH;
        assertThat(look(growing)).isTrue();
    }

    @Test
    void collectsWhileItGrowsAtMostEveryTenSeconds() {
        long[] at = new long[2];
        for (int looks = 0; collections < 2; looks++) {
            used = (4 + looks % 2) * LIVE; // never slowly
            if (look()) {
                at[collections - 1] = nanos;
            }
        }
        assertThat(at[1] - at[0]).isEqualTo(HeapTrim.BETWEEN_NANOS);
    }

    /** Less than a third, and yet a good part of what a host takes. */
    @Test
    void collectsSoonAfterACrowdHasArrived() {
        arrive();

        assertThat(looksUntilCollected()).isEqualTo(HeapTrim.SLOW_LOOKS);
        assertThat(used).isEqualTo(LIVE);
    }

    @Test
    void doesNotCollectWhileTheyArrive() {
        for (int i = 0; i < 100; i++) {
            used = LIVE + i % 5 * MIB; // the young part is cleared again and again
            assertThat(look()).isFalse();
        }
    }

    @Test
    void leavesAloneWhatASmallCrowdLeft() {
        used = LIVE + LEFTOVER - 1;
        for (int i = 0; i < 100; i++) {
            assertThat(look()).isFalse();
        }
    }

    /** A node that is only there makes garbage, too. */
    @Test
    void leavesSlowGrowthToTheThird() {
        for (used = LIVE;
                used < LIVE + LIVE / 3 + HeapTrim.LEAST_GROWTH;
                used += HeapTrim.FAST - 1) {
            assertThat(look()).isFalse();
        }
    }

    /** Crowds that come every few seconds must not make it collect as often. */
    @Test
    void collectsAfterCrowdsAtMostEveryTenSeconds() {
        arrive();
        looksUntilCollected();
        long first = nanos;
        while (collections < 2) {
            used = LIVE;
            look();
            arrive();
            for (int i = 0; i < HeapTrim.SLOW_LOOKS; i++) {
                look();
            }
        }
        assertThat(nanos - first).isGreaterThanOrEqualTo(HeapTrim.BETWEEN_NANOS);
    }

    /** It would keep what the second one left for as long as nobody else comes. */
    @Test
    void collectsAfterASecondCrowdWhenTenSecondsAreOver() {
        arrive();
        looksUntilCollected();
        long first = nanos;
        arrive();

        assertThat(looksUntilCollected()).isLessThan(100);

        assertThat(nanos - first).isEqualTo(HeapTrim.BETWEEN_NANOS);
    }

    private void arrive() {
        used = LIVE + LEFTOVER;
        look();
    }

    private int looksUntilCollected() {
        for (int looks = 1; looks < 100; looks++) {
            if (look()) {
                return looks;
            }
        }
        return Integer.MAX_VALUE;
    }
}
