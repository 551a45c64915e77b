package dev.asterism.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapTrimTest {

    private static final long MIB = 1 << 20;
    private static final long LIVE = 30 * MIB;

    private long used = LIVE;
    private int collections;
    private final HeapTrim trim =
            new HeapTrim(
                    () -> used,
                    () -> {
                        used = LIVE;
                        collections++;
                    });

    @Test
    void collectsWhenAThirdAndSixMebibytesMoreAreUsedThanWereLeft() {
        used = LIVE + LIVE / 3 + HeapTrim.LEAST_GROWTH - 1;
        assertThat(trim.look()).isFalse();

        used++;
        assertThat(trim.look()).isTrue();
        assertThat(collections).isEqualTo(1);
    }

    @Test
    void leavesItAloneWhileNothingGrows() {
        for (int i = 0; i < 100; i++) {
            assertThat(trim.look()).isFalse();
        }
    }

    @Test
    void measuresGrowthByWhatTheLastCollectionLeft() {
        HeapTrim growing = new HeapTrim(() -> used, () -> collections++); // all of it is needed
        used = 2 * LIVE;
        assertThat(growing.look()).isTrue();
        for (int i = 0; i < 10; i++) {
            assertThat(growing.look()).isFalse();
        }
        used = 2 * LIVE + 2 * LIVE / 3 + HeapTrim.LEAST_GROWTH;
        assertThat(growing.look()).isTrue();
    }

    @Test
    void collectsAtMostEveryFifthLook() {
        int[] at = new int[2];
        for (int look = 0; collections < 2; look++) {
            used = 4 * LIVE;
            if (trim.look()) {
                at[collections - 1] = look;
            }
        }
        assertThat(at[1] - at[0]).isEqualTo(5);
    }
}
