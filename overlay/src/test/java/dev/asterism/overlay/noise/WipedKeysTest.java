package dev.asterism.overlay.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.io.RandomSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a handshake leaves in memory. */
class WipedKeysTest {

    private static final NoiseSuite SUITE = NoiseSuite.byJdk(Dh.x25519(), AeadCipher.AES);
    private static final byte[] ZEROS = new byte[32];

    private final List<byte[]> drawn = new ArrayList<>();
    private final RandomSource random = recording(new Random(5));

    @Test
    void aDrawnPrivateKeyIsWipedOnceThePairHoldsIt() {
        KeyPair pair = Dh.x25519().generate(random);

        assertThat(drawn).isNotEmpty().allMatch(bytes -> Arrays.equals(bytes, ZEROS));
        assertThat(pair.privateKey()).isNotEqualTo(ZEROS);
    }

    @Test
    void theEphemeralKeyIsWipedByTheSplitAndByGivingUp() {
        KeyPair ephemeralOfA = Dh.x25519().generate(random);
        KeyPair ephemeralOfB = Dh.x25519().generate(random);
        IxHandshake a = IxHandshake.initiator(SUITE, Dh.x25519().generate(random), ephemeralOfA);
        IxHandshake b = IxHandshake.responder(SUITE, Dh.x25519().generate(random), ephemeralOfB);

        b.readMessage1(a.writeMessage1(new byte[3]));
        assertThat(b.writeMessage2(new byte[3])).isNotNull();
        SessionKeys keys = b.split();
        a.destroy();

        assertThat(ephemeralOfA.privateKey()).isEqualTo(ZEROS);
        assertThat(ephemeralOfB.privateKey()).isEqualTo(ZEROS);
        assertThat(b.symmetric().chainingKey().toArray()).isEqualTo(ZEROS);
        assertThat(b.symmetric().key().toArray()).isEqualTo(ZEROS);
        keys.destroy();
        assertThat(keys.sending()).isEqualTo(ZEROS);
        assertThat(keys.receiving()).isEqualTo(ZEROS);
    }

    private RandomSource recording(Random source) {
        return bytes -> {
            source.nextBytes(bytes);
            drawn.add(bytes);
        };
    }
}
