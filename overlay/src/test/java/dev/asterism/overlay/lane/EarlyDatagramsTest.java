package dev.asterism.overlay.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.DatagramBatch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class EarlyDatagramsTest {

    private static final long NOW = 7_000_000_000L;
    private static final long HALF_A_SECOND = 500_000_000L;

    private int woken;
    private final EarlyDatagrams early = new EarlyDatagrams(() -> woken++);

    @Test
    void takesNoMemoryBeforeTheFirst() {
        assertThat(early.held().capacity()).isZero();
        assertThat(early.held().slab().byteSize()).isZero();
        assertThat(early.looked(NOW)).isZero();

        hold(NOW);
        assertThat(early.held().capacity()).isEqualTo(EarlyDatagrams.ENTRIES);
    }

    @Test
    void holdsACopyWithItsSender() {
        hold(NOW + 1);

        assertThat(early.isEmpty()).isFalse();
        assertThat(early.held().length(0)).isEqualTo(3);
        assertThat(early.held().slab().get(ValueLayout.JAVA_BYTE, early.held().offset(0) + 2))
                .isEqualTo((byte) 9);
        assertThat(early.held().port(0)).isEqualTo(4242);
    }

    @Test
    void asksToBeLookedAtSoonWhileItHoldsSomething() {
        hold(NOW);

        assertThat(early.nextRetryNanos()).isBetween(NOW, NOW + 50_000_000);
        early.looked(NOW + 1_000_000);
        assertThat(early.nextRetryNanos()).isBetween(NOW + 1_000_000, NOW + 51_000_000);
    }

    @Test
    void isWokenByATunnelOnlyWhileItHoldsSomething() {
        early.tunnelPublished();
        assertThat(woken).isZero();

        hold(NOW);
        early.tunnelPublished();
        assertThat(woken).isEqualTo(1);
        assertThat(early.nextRetryNanos())
                .as("a wake that was missed costs little")
                .isBetween(NOW + 5_000_000, NOW + 50_000_000);

        early.take(0);
        early.looked(NOW);
        early.tunnelPublished();
        assertThat(woken).isEqualTo(1);
    }

    @Test
    void givesUpWhatNobodyComesFor() {
        hold(NOW);

        assertThat(early.looked(NOW + HALF_A_SECOND - 1)).isZero();
        assertThat(early.looked(NOW + HALF_A_SECOND)).isEqualTo(1);

        assertThat(early.isEmpty()).isTrue();
        assertThat(early.held().count()).isZero();
        assertThat(early.nextRetryNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aTrickleDoesNotKeepTheFirstForEver() {
        hold(NOW);
        for (long after = 100_000_000L; after < HALF_A_SECOND; after += 100_000_000L) {
            hold(NOW + after);
            early.looked(NOW + after);
            assertThat(early.isEmpty()).isFalse();
        }

        early.looked(NOW + HALF_A_SECOND);

        assertThat(early.isEmpty()).isTrue();
    }

    @Test
    void keepsTheOthersWhenOneIsTaken() {
        hold(NOW);
        hold(NOW);

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
    void dropsWhatItHasNoRoomFor() {
        for (int i = 0; i < 2 * early.held().capacity(); i++) {
            assertThat(hold(NOW)).isEqualTo(i < early.held().capacity());
        }

        assertThat(early.held().count()).isEqualTo(early.held().capacity());
    }

    private boolean hold(long nowNanos) {
        DatagramBatch from = new DatagramBatch(MemorySegment.ofArray(new byte[] {7, 8, 9}), 1);
        from.append(3, 0, 0, 1, 4242);
        Datagram datagram = new Datagram(from);
        datagram.enter(from, 0);
        datagram.next();
        return early.hold(datagram, nowNanos);
    }
}
