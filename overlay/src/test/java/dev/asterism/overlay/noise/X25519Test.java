package dev.asterism.overlay.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.io.Bytes;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class X25519Test {

    private static final Dh DH = Dh.x25519();

    /** RFC 7748 6.1, Bob's side. */
    @Test
    void derivesThePublicKeyAndTheSecretOfTheRfc() {
        KeyPair bob = keys("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
        Bytes alice =
                Bytes.ofHex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");

        assertThat(bob.publicKey().hex())
                .isEqualTo("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
        assertThat(DH.agree(bob, alice))
                .isEqualTo(
                        Vectors.hex(
                                "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"));
    }

    /** RFC 7748 5.2: the function applied to its own results. */
    @Test
    void iteratesToTheRfcsResults() {
        byte[] k = Vectors.hex("0900000000000000000000000000000000000000000000000000000000000000");
        byte[] u = k.clone();

        for (int i = 1; i <= 1000; i++) {
            byte[] secret = DH.agree(DH.keyPair(k), Bytes.copyOf(u));
            assertThat(secret).isNotNull();
            u = k;
            k = secret == null ? u : secret;
            if (i == 1) {
                assertThat(k)
                        .isEqualTo(
                                Vectors.hex(
                                        "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"));
            }
        }

        assertThat(k)
                .isEqualTo(
                        Vectors.hex(
                                "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"));
    }

    @Test
    void derivesTheSamePublicKeyEitherWay() {
        Random random = new Random(1);
        for (int i = 0; i < 50; i++) {
            byte[] key = new byte[32];
            random.nextBytes(key);
            assertThat(Bytes.owning(X25519.multipliedBase(key)))
                    .isEqualTo(DH.keyPair(key).publicKey());
        }
    }

    @Test
    void keepsThePrivateKeyAsDrawn() {
        byte[] drawn = new byte[32];
        Arrays.fill(drawn, (byte) 0xFF);

        KeyPair pair = DH.generate(into -> Arrays.fill(into, (byte) 0xFF));

        assertThat(pair.privateKey()).isEqualTo(drawn);
        assertThat(pair.publicKey()).isEqualTo(DH.keyPair(drawn).publicKey());
    }

    @Test
    void copiesTheKeyItIsGiven() {
        byte[] stored = Vectors.hex("11".repeat(32));
        KeyPair pair = DH.keyPair(stored);
        pair.destroy();

        assertThat(stored).containsOnly(0x11);
        assertThat(pair.privateKey()).containsOnly(0);
    }

    @Test
    void refusesKeysOfAnotherLength() {
        KeyPair own = keys("11".repeat(32));

        for (int length : new int[] {0, 31, 33, 65}) {
            assertThat(DH.agree(own, Bytes.owning(new byte[length]))).isNull();
            assertThatThrownBy(() -> DH.keyPair(new byte[length]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void refusesPointsOfSmallOrder() {
        KeyPair own = keys("11".repeat(32));
        String[] points = {
            "00".repeat(32),
            "01" + "00".repeat(31),
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ec" + "ff".repeat(30) + "7f",
            "ed" + "ff".repeat(30) + "7f",
            "ee" + "ff".repeat(30) + "7f",
            "00".repeat(31) + "80",
        };

        for (String point : points) {
            assertThat(DH.agree(own, Bytes.ofHex(point))).as(point).isNull();
        }
    }

    private static KeyPair keys(String privateHex) {
        return DH.keyPair(Vectors.hex(privateHex));
    }
}
