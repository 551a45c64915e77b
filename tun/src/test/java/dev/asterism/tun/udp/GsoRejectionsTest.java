package dev.asterism.tun.udp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GsoRejectionsTest {

    private final GsoRejections refusals = new GsoRejections();

    @Test
    void forgetsADestinationAfterTheRetryTime() {
        refusals.add(1, 2, 1000);

        refusals.expire(1000 + GsoRejections.RETRY_NANOS - 1);
        assertThat(refusals.contains(1, 2)).isTrue();

        refusals.expire(1000 + GsoRejections.RETRY_NANOS);
        assertThat(refusals.contains(1, 2)).isFalse();
        assertThat(refusals.isEmpty()).isTrue();
    }

    @Test
    void knowsOneAddressFromAnother() {
        refusals.add(1, 2, 0);

        assertThat(refusals.contains(2, 1)).isFalse();
        assertThat(refusals.contains(1, 3)).isFalse();
    }

    @Test
    void staysBoundedUnderManyDestinations() {
        for (int i = 0; i < 10_000; i++) {
            refusals.add(i, -i, 0);
            assertThat(refusals.contains(i, -i)).isTrue();
        }

        refusals.expire(GsoRejections.RETRY_NANOS);

        assertThat(refusals.isEmpty()).isTrue();
    }
}
