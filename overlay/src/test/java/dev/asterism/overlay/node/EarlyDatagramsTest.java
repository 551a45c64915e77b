package dev.asterism.overlay.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.DatagramBatch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class EarlyDatagramsTest {

    private static final long NOW = 7_000_000_000L;
    private static final long HALF_A_SECOND = 500_000_000L;
    private static final int INDEX = 42;

    private final EarlyDatagrams early = EarlyDatagrams.none();

    @Test
    void holdsWhatComesBehindTheAnswerForItsIndex() {
        early.answered(INDEX, NOW);

        assertThat(hold(INDEX, NOW + 1)).isTrue();

        assertThat(early.isEmpty()).isFalse();
        assertThat(early.held().length(0)).isEqualTo(3);
        assertThat(early.held().slab().get(ValueLayout.JAVA_BYTE, early.held().offset(0) + 2))
                .isEqualTo((byte) 9);
        assertThat(early.held().port(0)).isEqualTo(4242);
    }

    @Test
    void holdsNothingForAnIndexThatNobodyAnswered() {
        early.answered(INDEX + 1, NOW);

        assertThat(hold(INDEX, NOW + 1)).isFalse();
        assertThat(early.isEmpty()).isTrue();
        assertThat(early.nextRetryNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void holdsNothingLongAfterTheAnswer() {
        early.answered(INDEX, NOW);

        assertThat(hold(INDEX, NOW + HALF_A_SECOND)).isFalse();
    }

    @Test
    void asksToBeLookedAtSoonWhileItHoldsSomething() {
        early.answered(INDEX, NOW);
        hold(INDEX, NOW);

        assertThat(early.nextRetryNanos()).isBetween(NOW, NOW + 2_000_000);
        early.looked(NOW + 1_000_000);
        assertThat(early.nextRetryNanos()).isBetween(NOW + 1_000_000, NOW + 3_000_000);
    }

    @Test
    void givesUpWhatNobodyComesFor() {
        early.answered(INDEX, NOW);
        hold(INDEX, NOW);

        early.looked(NOW + HALF_A_SECOND);

        assertThat(early.isEmpty()).isTrue();
        assertThat(early.held().count()).isZero();
        assertThat(early.nextRetryNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void keepsTheOthersWhenOneIsTaken() {
        early.answered(INDEX, NOW);
        hold(INDEX, NOW);
        hold(INDEX, NOW);

        early.take(0);
        early.looked(NOW);

        assertThat(early.isWaiting(0)).isFalse();
        assertThat(early.isWaiting(1)).isTrue();
        assertThat(early.isEmpty()).isFalse();
        early.take(1);
        early.looked(NOW);
        assertThat(early.held().count()).isZero();
    }

    @Test
    void dropsWhatItHasNoRoomForButKnowsWhoseItIs() {
        early.answered(INDEX, NOW);
        for (int i = 0; i < 2 * early.held().capacity(); i++) {
            assertThat(hold(INDEX, NOW)).isTrue();
        }

        assertThat(early.held().count()).isEqualTo(early.held().capacity());
    }

    private boolean hold(int index, long nowNanos) {
        DatagramBatch from = new DatagramBatch(MemorySegment.ofArray(new byte[] {7, 8, 9}), 1);
        from.append(3, 0, 0, 1, 4242);
        return early.hold(from, 0, 0, 3, index, nowNanos);
    }
}
