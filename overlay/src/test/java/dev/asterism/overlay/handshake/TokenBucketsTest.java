package dev.asterism.overlay.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenBucketsTest {

    private static final long SECOND = 1_000_000_000L;

    private final TokenBuckets<Integer> buckets = new TokenBuckets<>(2, 6, 1_000);

    @Test
    void aKeyHasItsBurstAndThenItsRate() {
        for (int i = 0; i < 6; i++) {
            assertThat(buckets.take(1, 0)).isTrue();
        }
        assertThat(buckets.take(1, 0)).isFalse();
        assertThat(buckets.has(2, 0)).isTrue();
        assertThat(buckets.take(1, SECOND / 2)).isTrue();
        assertThat(buckets.take(1, SECOND / 2)).isFalse();
    }

    /** A mesh that has arrived leaves nothing behind. */
    @Test
    void forgetsThoseThatHaveFilledUpAsOthersCome() {
        for (int key = 0; key < 500; key++) {
            buckets.take(key, 0);
        }
        assertThat(buckets.size()).isEqualTo(500);

        for (int key = 1_000; key < 1_400; key++) {
            buckets.take(key, SECOND);
        }
        assertThat(buckets.size()).isEqualTo(400);
    }

    @Test
    void keepsThoseThatHaveNotFilledUp() {
        for (int i = 0; i < 6; i++) {
            buckets.take(1, 0);
        }
        for (int key = 2; key < 300; key++) {
            buckets.take(key, SECOND);
        }
        assertThat(buckets.take(1, SECOND)).isTrue();
        assertThat(buckets.take(1, SECOND)).isTrue();
        assertThat(buckets.take(1, SECOND)).isFalse();
    }

    @Test
    void keepsNoMoreThanItsCapacity() {
        for (int key = 0; key < 3_000; key++) {
            buckets.take(key, key);
        }
        assertThat(buckets.size()).isEqualTo(1_000);
    }
}
