package dev.asterism.overlay.cert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import dev.asterism.overlay.noise.LittleEndian;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The JDK's Ed25519 is the judge of what X25519 keys sign. */
class XEdDsaTest {

    private static final Bytes MESSAGE = Bytes.owning(new byte[] {1, 2, 3});

    private final Random random = new Random(7);

    @Test
    void everyKeySignsAndNoOtherKeyHasSigned() {
        for (int i = 0; i < 40; i++) {
            KeyPair keys = Dh.x25519().generate(random::nextBytes);
            KeyPair others = Dh.x25519().generate(random::nextBytes);
            Bytes signature = sign(keys, MESSAGE);

            assertThat(XEdDsa.verify(keys.publicKey(), MESSAGE, signature)).isTrue();
            assertThat(XEdDsa.verify(others.publicKey(), MESSAGE, signature)).isFalse();
            assertThat(XEdDsa.verify(keys.publicKey(), Bytes.EMPTY, signature)).isFalse();
        }
    }

    @Test
    void anyChangedByteSpoilsASignature() {
        KeyPair keys = Dh.x25519().generate(random::nextBytes);
        byte[] signature = sign(keys, MESSAGE).toArray();

        for (int i = 0; i < signature.length; i++) {
            byte[] changed = signature.clone();
            changed[i] ^= 1;
            assertThat(XEdDsa.verify(keys.publicKey(), MESSAGE, Bytes.owning(changed)))
                    .as("byte %d", i)
                    .isFalse();
        }
    }

    /** With R = A = 0 and s = 0 the equation of Ed25519 holds for a point of small order and any message. */
    @Test
    void nobodySignsWithAPointOfSmallOrder() {
        BigInteger prime = EdwardsPoint.P;
        byte[] neutralFirst = new byte[64];
        neutralFirst[0] = 1;
        for (BigInteger u :
                new BigInteger[] {
                    BigInteger.ZERO, BigInteger.ONE, prime.subtract(BigInteger.ONE), prime
                }) {
            Bytes key = Bytes.owning(LittleEndian.encode(u));
            for (int length : new int[] {0, 63, 64}) {
                Bytes signature = Bytes.owning(Arrays.copyOf(neutralFirst, length));
                assertThat(XEdDsa.verify(key, MESSAGE, signature)).as("u %s", u).isFalse();
            }
        }
    }

    @Test
    void theSameRandomBytesGiveDifferentSecretNumbersForDifferentMessages() {
        KeyPair keys = Dh.x25519().generate(random::nextBytes);
        byte[] same = new byte[XEdDsa.RANDOM_BYTES];
        Bytes first = XEdDsa.sign(keys.copyPrivateKey(), MESSAGE, same);
        Bytes second = XEdDsa.sign(keys.copyPrivateKey(), Bytes.EMPTY, same);

        assertThat(first.slice(0, 32)).isNotEqualTo(second.slice(0, 32));
    }

    @Test
    void multiplesOfTheBasePointAreThoseOfTheJdk() {
        for (int i = 0; i < 10; i++) {
            byte[] seed = new byte[32];
            random.nextBytes(seed);
            assertThat(publicKey(seed)).isEqualTo(Ed25519.publicKey(seed));
        }
        assertThat(EdwardsPoint.BASE.times(EdwardsPoint.ORDER).compressed().at(0))
                .isEqualTo((byte) 1);
    }

    private static Bytes publicKey(byte[] seed) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-512").digest(seed);
            BigInteger scalar =
                    LittleEndian.decode(Bytes.copyOf(hash, 0, 32))
                            .clearBit(0)
                            .clearBit(1)
                            .clearBit(2)
                            .clearBit(255)
                            .setBit(254);
            return EdwardsPoint.BASE.times(scalar).compressed();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Bytes sign(KeyPair keys, Bytes message) {
        byte[] fresh = new byte[XEdDsa.RANDOM_BYTES];
        random.nextBytes(fresh);
        return XEdDsa.sign(keys.copyPrivateKey(), message, fresh);
    }
}
