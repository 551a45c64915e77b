package dev.asterism.tun.aead;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.aead.AeadKey;
import dev.asterism.overlay.noise.Vectors;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The vectors of Wycheproof (Apache-2.0), which overlay's tests hold, through every native implementation. */
class NativeWycheproofTest {

    @ParameterizedTest
    @MethodSource("dev.asterism.tun.aead.Present#candidates")
    void agreesWithEveryVerdict(Present.Candidate candidate) {
        NativeAead provider = candidate.provider();
        boolean gcm = candidate.cipher() == AeadCipher.AES;
        List<JsonNode> tests = Vectors.wycheproof(gcm ? "aes_gcm_256" : "chacha20_poly1305");
        assertThat(tests).hasSize(gcm ? 66 : 316);
        for (JsonNode test : tests) {
            check(provider, test, gcm ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        }
    }

    private static void check(NativeAead provider, JsonNode test, ByteOrder order) {
        ByteBuffer nonce = ByteBuffer.wrap(Vectors.hex(test, "iv"));
        AeadContext context = provider.context(nonce.getInt());
        long counter = nonce.order(order).getLong();
        AeadKey key = provider.key(Vectors.hex(test, "key"));
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

        assertThat(accepted).as(name).isEqualTo(valid);
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
