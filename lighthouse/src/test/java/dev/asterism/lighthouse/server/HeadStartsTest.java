package dev.asterism.lighthouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.testing.TestNode;
import dev.asterism.overlay.net.Ip;
import org.junit.jupiter.api.Test;

class HeadStartsTest {

    private static final Ip A = Ip.of("10.42.0.1");
    private static final Ip B = Ip.of("10.42.0.2");

    private final HeadStarts starts = new HeadStarts();

    @Test
    void theOtherOneHearsAQuarterOfASecondAfterTheFirst() {
        starts.told(A, B, TestNode.at(5));

        assertThat(starts.mayHearNanos(B, A, TestNode.at(5.1)))
                .isEqualTo(TestNode.at(5.25).nanos());
        assertThat(starts.mayHearNanos(A, B, TestNode.at(5.1))).isEqualTo(TestNode.at(5.1).nanos());
    }

    /** Else the other one would wait for as long as the first asks. */
    @Test
    void whoIsToldAgainAndAgainIsFirstOnce() {
        for (int i = 0; i < 20; i++) {
            starts.told(A, B, TestNode.at(5 + i / 10.0));
        }

        assertThat(starts.mayHearNanos(B, A, TestNode.at(7))).isLessThan(TestNode.at(7).nanos());
    }

    @Test
    void isFirstAgainTenSecondsLater() {
        starts.told(A, B, TestNode.at(5));
        starts.told(A, B, TestNode.at(15));

        assertThat(starts.mayHearNanos(B, A, TestNode.at(15)))
                .isEqualTo(TestNode.at(15.25).nanos());
    }

    @Test
    void aHostHasJustComeForASecond() {
        starts.came(A, TestNode.at(5));

        assertThat(starts.hasJustCome(A, TestNode.at(5.9))).isTrue();
        assertThat(starts.hasJustCome(A, TestNode.at(6))).isFalse();
        assertThat(starts.hasJustCome(B, TestNode.at(5))).isFalse();

        starts.came(A, TestNode.at(5.5));
        assertThat(starts.hasJustCome(A, TestNode.at(6))).isTrue();
    }

    @Test
    void holdsNoMorePairsThanItsBound() {
        for (int i = 0; i < HeadStarts.MAX_PAIRS + 10; i++) {
            starts.told(
                    A, Ip.of("10.43." + i / 256 % 256 + "." + i % 256), TestNode.at(5 + i * 1e-6));
        }
        starts.told(A, B, TestNode.at(6));

        assertThat(starts.size()).isEqualTo(HeadStarts.MAX_PAIRS);
        assertThat(starts.mayHearNanos(B, A, TestNode.at(6))).isGreaterThan(TestNode.at(6).nanos());
    }
}
