package dev.asterism.overlay.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.asterism.overlay.io.Bytes;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class P256Test {

    private static final Dh DH = Dh.p256();

    /** "acceptable" are compressed points, which Nebula refuses. */
    @Test
    void agreesWithEveryVerdictOfWycheproof() {
        List<JsonNode> tests = Vectors.wycheproof("ecdh_secp256r1_ecpoint");
        assertThat(tests).hasSize(355);
        for (JsonNode test : tests) {
            byte[] key = scalar(test.get("private").asText());
            byte[] secret = DH.agree(DH.keyPair(key), Bytes.ofHex(test.get("public").asText()));

            byte[] expected =
                    test.get("result").asText().equals("valid")
                            ? Vectors.hex(test, "shared")
                            : null;
            assertThat(secret)
                    .as("%s %s", test.get("tcId"), test.get("comment"))
                    .isEqualTo(expected);
        }
    }

    /** The vectors cut zeros in front, or put one there. */
    private static byte[] scalar(String hex) {
        byte[] key = new byte[P256.SCALAR_BYTES];
        P256.putScalar(new BigInteger(hex, 16), key, 0);
        return key;
    }

    @Test
    void derivesTheSamePublicKeyEitherWay() {
        Random random = new Random(1);
        for (int i = 0; i < 20; i++) {
            KeyPair pair = DH.generate(random::nextBytes);

            assertThat(P256.multipliedBase(new BigInteger(1, pair.privateKey())))
                    .isEqualTo(pair.publicKey());
        }
        byte[] one = scalar("1");
        assertThat(DH.keyPair(one).publicKey().hex())
                .startsWith("046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0");
    }

    @Test
    void refusesWhatIsNoPrivateKey() {
        byte[] order = scalar(P256.order().toString(16));
        for (byte[] none : List.of(new byte[32], order, new byte[31], new byte[33])) {
            assertThatThrownBy(() -> DH.keyPair(none)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void drawsAgainWhatIsNoPrivateKey() {
        int[] draws = {0};

        KeyPair pair = DH.generate(into -> Arrays.fill(into, draws[0]++ == 0 ? (byte) -1 : 5));

        assertThat(pair.privateKey()).containsOnly(5);
        assertThat(draws[0]).isEqualTo(2);
    }

    @Test
    void refusesPointsOfAnotherForm() {
        KeyPair own = DH.generate(new Random(1)::nextBytes);
        byte[] point = DH.generate(new Random(2)::nextBytes).publicKey().toArray();

        assertThat(DH.agree(own, Bytes.copyOf(point))).hasSize(32);
        point[64] ^= 1;
        assertThat(DH.agree(own, Bytes.copyOf(point))).as("off the curve").isNull();
        point[64] ^= 1;
        point[0] = 2;
        assertThat(DH.agree(own, Bytes.copyOf(point))).as("marked as compressed").isNull();
        for (int length : new int[] {0, 32, 33, 64, 66}) {
            assertThat(DH.agree(own, Bytes.owning(new byte[length]))).isNull();
        }
    }
}
