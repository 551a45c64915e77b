package dev.asterism.overlay.aead;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.asterism.overlay.noise.Vectors;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Wycheproof through our framing; nonces that do not begin with four zero bytes through a context
 * with another prefix.
 */
class WycheproofAeadTest {

    @Test
    void aesGcmAgreesWithEveryVerdict() {
        check("aes_gcm_256", JcaAead.Variant.AES_GCM, ByteOrder.BIG_ENDIAN, 66);
    }

    @Test
    void chaChaPolyAgreesWithEveryVerdict() {
        check("chacha20_poly1305", JcaAead.Variant.CHACHA_POLY, ByteOrder.LITTLE_ENDIAN, 316);
    }

    private static void check(String file, JcaAead.Variant variant, ByteOrder order, int expected) {
        List<JsonNode> tests = Vectors.wycheproof(file);
        assertThat(tests).hasSize(expected);
        for (JsonNode test : tests) {
            check(test, variant, order);
        }
    }

    private static void check(JsonNode test, JcaAead.Variant variant, ByteOrder order) {
        ByteBuffer iv = ByteBuffer.wrap(Vectors.hex(test, "iv"));
        int prefix = iv.getInt();
        long counter = iv.order(order).getLong();
        AeadContext context = new JcaContext(variant, prefix);
        AeadKey key = new JcaKey(variant.keyAlgorithm(), Vectors.hex(test, "key"));
        byte[] aad = Vectors.hex(test, "aad");
        byte[] plaintext = Vectors.hex(test, "msg");
        byte[] packet = join(aad, Vectors.hex(test, "ct"), Vectors.hex(test, "tag"));
        String name = test.get("tcId").asText() + " " + test.get("comment").asText();
        boolean valid = test.get("result").asText().equals("valid");

        byte[] opened = new byte[plaintext.length];
        boolean accepted =
                context.open(
                        key,
                        counter,
                        MemorySegment.ofArray(packet),
                        0,
                        aad.length,
                        packet.length - aad.length,
                        MemorySegment.ofArray(opened),
                        0);
        assertThat(accepted).as(name).isEqualTo(valid);

        byte[] sealed = Arrays.copyOf(aad, packet.length);
        context.seal(
                key,
                counter,
                MemorySegment.ofArray(sealed),
                0,
                aad.length,
                MemorySegment.ofArray(plaintext),
                0,
                plaintext.length);
        if (valid) {
            assertThat(opened).as(name).isEqualTo(plaintext);
            assertThat(sealed).as(name).isEqualTo(packet);
        } else {
            assertThat(opened).as("untouched " + name).isEqualTo(new byte[plaintext.length]);
            assertThat(sealed).as(name).isNotEqualTo(packet);
        }
    }

    private static byte[] join(byte[] aad, byte[] ciphertext, byte[] tag) {
        return ByteBuffer.allocate(aad.length + ciphertext.length + tag.length)
                .put(aad)
                .put(ciphertext)
                .put(tag)
                .array();
    }
}
