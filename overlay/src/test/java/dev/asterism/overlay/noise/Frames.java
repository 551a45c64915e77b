package dev.asterism.overlay.noise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.wire.Header;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Opens and seals whole packets of a recording with the transport cipher it names. */
final class Frames {

    private final AeadProvider provider;
    private final AeadContext context;

    /** @param source an object with the fields "curve" and "cipher" */
    Frames(JsonNode source) {
        provider = suite(source).cipher().provider();
        context = provider.context();
    }

    static NoiseSuite suite(JsonNode source) {
        return NoiseSuite.byJdk(
                source.path("curve").asText().equals("P256") ? Dh.p256() : Dh.x25519(),
                switch (source.get("cipher").asText()) {
                    case "aes" -> AeadCipher.AES;
                    case "chachapoly" -> AeadCipher.CHACHAPOLY;
                    default -> throw new IllegalArgumentException(source.toString());
                });
    }

    /** The plaintext of header, ciphertext and tag; null when forged. */
    byte @Nullable [] open(byte[] key, byte[] packet) {
        return open(key, packet, Header.LENGTH);
    }

    /** What stands between outer header and tag; null when forged. */
    byte @Nullable [] openRelay(byte[] key, byte[] packet) {
        int end = packet.length - AeadProvider.TAG_BYTES;
        byte[] nothing = open(key, packet, end);
        return nothing == null ? null : Arrays.copyOfRange(packet, Header.LENGTH, end);
    }

    /** The packet of header, or for a relay header and inner packet, and plaintext. */
    byte[] seal(byte[] key, byte[] clear, byte[] plaintext) {
        int length = clear.length + plaintext.length + AeadProvider.TAG_BYTES;
        byte[] packet = Arrays.copyOf(clear, length);
        MemorySegment memory = MemorySegment.ofArray(packet);
        context.seal(
                provider.key(key),
                Header.counter(memory, 0),
                memory,
                0,
                clear.length,
                MemorySegment.ofArray(plaintext),
                0,
                plaintext.length);
        return packet;
    }

    private byte @Nullable [] open(byte[] key, byte[] packet, int aadLength) {
        MemorySegment memory = MemorySegment.ofArray(packet);
        int sealedLength = packet.length - aadLength;
        byte[] plaintext = new byte[sealedLength - AeadProvider.TAG_BYTES];
        boolean genuine =
                context.open(
                        provider.key(key),
                        Header.counter(memory, 0),
                        memory,
                        0,
                        aadLength,
                        sealedLength,
                        MemorySegment.ofArray(plaintext),
                        0);
        return genuine ? plaintext : null;
    }
}
