package dev.asterism.overlay.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownPrefixesTest {

    private static final Ip PREFIX = Ip.of("192.0.2.0");

    private final KnownPrefixes known = new KnownPrefixes();

    @Test
    void whatStrangersAskForDoesNotKeepAKeyFromBeingForgotten() {
        for (int i = 0; i < KnownPrefixes.MAX_KEYS; i++) {
            known.add(key(i), PREFIX);
        }
        assertThat(known.contains(key(0), PREFIX)).isTrue();

        known.add(key(KnownPrefixes.MAX_KEYS), PREFIX);

        assertThat(known.contains(key(0), PREFIX)).isFalse();
        assertThat(known.contains(key(1), PREFIX)).isTrue();
    }

    @Test
    void aProofKeepsIt() {
        for (int i = 0; i < KnownPrefixes.MAX_KEYS; i++) {
            known.add(key(i), PREFIX);
        }
        known.add(key(0), PREFIX);

        known.add(key(KnownPrefixes.MAX_KEYS), PREFIX);

        assertThat(known.contains(key(0), PREFIX)).isTrue();
        assertThat(known.contains(key(1), PREFIX)).isFalse();
    }

    /** Of a relayed peer the place is its overlay address. */
    @Test
    void theOverlayAddressOfARelayedPeerIsNoPrefixOfTheUnderlayAfterARestart() {
        known.restore(
                List.of(
                        new KnownPrefixes.Entry(key(0), Ip.of("10.42.0.9")),
                        new KnownPrefixes.Entry(key(0), PREFIX)));

        assertThat(known.contains(key(0), Ip.of("10.42.0.0"))).isFalse();
        assertThat(known.contains(key(0), Ip.of("10.42.0.9"))).isTrue();
        assertThat(known.contains(key(0), PREFIX)).isTrue();
    }

    private static Bytes key(int number) {
        return Bytes.owning(ByteBuffer.allocate(32).putInt(number).array());
    }
}
