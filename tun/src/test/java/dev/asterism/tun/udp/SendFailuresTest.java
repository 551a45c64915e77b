package dev.asterism.tun.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.Ip;
import org.junit.jupiter.api.Test;

class SendFailuresTest {

    private static final int UNREACHABLE = 101;
    private static final int REFUSED = 1;

    private final SendFailures failures = new SendFailures();

    @Test
    void asksToBeAnnouncedUntilSomebodyWasTold() {
        assertThat(add(UNREACHABLE, 1)).isTrue();
        failures.unheard();
        assertThat(add(UNREACHABLE, 1)).as("the first call was not heard").isTrue();
        assertThat(add(UNREACHABLE, 1)).as("at the same time as another thread").isFalse();
        assertThat(failures.drain()).containsExactly(failure(UNREACHABLE, 1, 3));
        assertThat(add(UNREACHABLE, 2)).as("whoever was told comes again").isFalse();
        assertThat(failures.drain()).containsExactly(failure(UNREACHABLE, 2, 1));
        assertThat(failures.drain()).as("ends the duty to come again").isEmpty();
        assertThat(add(UNREACHABLE, 1)).isTrue();
    }

    @Test
    void keepsErrorsAndAddressesApart() {
        add(UNREACHABLE, 1);
        add(REFUSED, 1);
        add(UNREACHABLE, 2);
        add(UNREACHABLE, 1);
        assertThat(failures.drain())
                .containsExactly(
                        failure(UNREACHABLE, 1, 2),
                        failure(REFUSED, 1, 1),
                        failure(UNREACHABLE, 2, 1));
    }

    @Test
    void losesNoCountWhenThereAreMoreDestinationsThanSlots() {
        for (int i = 1; i <= 1_000; i++) {
            add(i % 2 == 0 ? UNREACHABLE : REFUSED, i);
        }
        assertThat(failures.drain())
                .hasSize(SendFailures.MAX_PAIRS + 2)
                .contains(failure(UNREACHABLE, 0, (1_000 - SendFailures.MAX_PAIRS) / 2))
                .contains(failure(REFUSED, 0, (1_000 - SendFailures.MAX_PAIRS) / 2));
    }

    private boolean add(int error, long address) {
        return failures.add(error, 0, address == 0 ? 0 : Ip.ofIpv4((int) address).lo());
    }

    private static SendFailure failure(int error, long address, long times) {
        return new SendFailure(Ip.ofIpv4((int) address), error, times);
    }
}
