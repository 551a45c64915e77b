package dev.asterism.tun.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.Ip;
import org.junit.jupiter.api.Test;

class SendFailuresTest {

    private static final int UNREACHABLE = 101;
    private static final int REFUSED = 1;
    private static final long SECOND = 1_000_000_000L;

    private final SendFailures failures = new SendFailures();

    @Test
    void tellsTheFirstAtOnceAndTheOthersASecondLater() {
        assertThat(told(UNREACHABLE, 1, 0)).isEqualTo(1);
        assertThat(told(UNREACHABLE, 1, 1)).isZero();
        assertThat(told(UNREACHABLE, 1, SECOND - 1)).isZero();
        assertThat(told(UNREACHABLE, 1, SECOND)).isEqualTo(3);
        assertThat(told(UNREACHABLE, 1, SECOND + 1)).isZero();
    }

    @Test
    void keepsErrorsAndAddressesApart() {
        assertThat(told(UNREACHABLE, 1, 0)).isEqualTo(1);
        assertThat(told(REFUSED, 1, 0)).isEqualTo(1);
        assertThat(told(UNREACHABLE, 2, 0)).isEqualTo(1);
        assertThat(failures.address(2)).isEqualTo(new Ip(0, 2));
    }

    @Test
    void forgetsTheOldestWhenThereAreMany() {
        for (int i = 0; i < 16; i++) {
            assertThat(told(UNREACHABLE, i, i)).isEqualTo(1);
        }
        assertThat(told(UNREACHABLE, 99, 20)).as("too many in a second").isZero();
        assertThat(told(UNREACHABLE, 99, SECOND)).isEqualTo(1);
        assertThat(told(UNREACHABLE, 15, SECOND + 15)).isEqualTo(1);
    }

    /** What is told; 0 for nothing. */
    private long told(int code, long address, long nowNanos) {
        int slot = failures.add(code, 0, address, nowNanos);
        return slot < 0 ? 0 : failures.take(slot);
    }
}
