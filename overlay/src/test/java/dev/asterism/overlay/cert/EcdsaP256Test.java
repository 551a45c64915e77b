package dev.asterism.overlay.cert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.P256;
import dev.asterism.overlay.noise.Vectors;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EcdsaP256Test {

    /** RFC 6979 A.2.5; of s the lower one is written. */
    @Test
    void signsAsTheRfcDoes() throws CertificateException {
        byte[] key =
                Vectors.hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
        Bytes message = Bytes.owning("sample".getBytes(StandardCharsets.UTF_8));
        BigInteger s =
                new BigInteger(
                        "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8", 16);

        DerReader signature =
                new DerReader(new DerReader(EcdsaP256.sign(key, message)).content(0x30));

        assertThat(new BigInteger(signature.content(2).toArray()).toString(16))
                .isEqualTo("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716");
        assertThat(new BigInteger(signature.content(2).toArray()))
                .isEqualTo(P256.order().subtract(s));
    }

    @Test
    void verifiesWhatItSignsInBothForms() {
        Random random = new Random(1);
        for (int i = 0; i < 40; i++) {
            P256SigningKey key = P256SigningKey.generate(random::nextBytes);
            byte[] text = new byte[random.nextInt(100)];
            random.nextBytes(text);
            Bytes message = Bytes.owning(text);

            Bytes signature = key.sign(message);

            assertThat(EcdsaP256.verify(key.publicKey(), message, signature)).isTrue();
            Bytes turned = EcdsaP256.turned(signature);
            assertThat(turned).isNotNull().isNotEqualTo(signature);
            assertThat(turned != null && EcdsaP256.verify(key.publicKey(), message, turned))
                    .isTrue();
            assertThat(turned == null ? null : EcdsaP256.turned(turned)).isEqualTo(signature);
        }
    }

    @Test
    void agreesWithEveryVerdictOfWycheproof() {
        int tests = 0;
        for (JsonNode group :
                Vectors.json("wycheproof/ecdsa_secp256r1_sha256.json.gz").get("testGroups")) {
            Bytes key = Bytes.ofHex(group.get("publicKey").get("uncompressed").asText());
            for (JsonNode test : group.get("tests")) {
                Bytes message = Bytes.ofHex(test.get("msg").asText());
                Bytes signature = Bytes.ofHex(test.get("sig").asText());

                assertThat(EcdsaP256.verify(key, message, signature))
                        .as("%s %s", test.get("tcId"), test.get("comment"))
                        .isEqualTo(test.get("result").asText().equals("valid"));
                tests++;
            }
        }
        assertThat(tests).isEqualTo(484);
    }
}
