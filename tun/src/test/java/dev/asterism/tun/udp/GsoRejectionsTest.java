package dev.asterism.tun.udp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GsoRejectionsTest {

    private final GsoRejections rejections = new GsoRejections();

    @Test
    void forgetsADestinationAfterTheRetryTime() {
        rejections.add(1, 2, 1000);

        rejections.expire(1000 + GsoRejections.RETRY_NANOS - 1);
        assertThat(rejections.contains(1, 2)).isTrue();

        rejections.expire(1000 + GsoRejections.RETRY_NANOS);
        assertThat(rejections.contains(1, 2)).isFalse();
        assertThat(rejections.isEmpty()).isTrue();
    }

    @Test
    void knowsOneAddressFromAnother() {
        rejections.add(1, 2, 0);

        assertThat(rejections.contains(2, 1)).isFalse();
        assertThat(rejections.contains(1, 3)).isFalse();
    }

    @Test
    void staysBoundedUnderManyDestinations() {
        for (int i = 0; i < 10_000; i++) {
            rejections.add(i, -i, 0);
            assertThat(rejections.contains(i, -i)).isTrue();
        }

        rejections.expire(GsoRejections.RETRY_NANOS);

        assertThat(rejections.isEmpty()).isTrue();
    }
}
