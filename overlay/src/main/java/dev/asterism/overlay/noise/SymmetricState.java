package dev.asterism.overlay.noise;

import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.aead.AeadKey;
import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.hash.Sha256;
import dev.asterism.overlay.io.Bytes;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Hash, chaining key and cipher key of a running handshake (Noise 5.1 and 5.2). Before the first {@link #mixKey}
 * payloads pass in clear.
 */
final class SymmetricState {

    private static final int HASH_BYTES = Sha256.BYTES;
    private static final int TAG_BYTES = AeadProvider.TAG_BYTES;

    private final AeadProvider provider;
    private final AeadContext cipher;
    private byte[] hash;
    private byte[] chainingKey;
    private byte @Nullable [] key;
    private long nonce;

    /** For a protocol name of at most 32 bytes, with the empty prologue mixed in. */
    SymmetricState(NoiseSuite suite) {
        provider = suite.cipher().provider();
        cipher = suite.cipher().context();
        byte[] name = suite.protocolName().getBytes(StandardCharsets.US_ASCII);
        if (name.length > HASH_BYTES) {
            throw new IllegalArgumentException("protocol name would have to be hashed");
        }
        hash = Arrays.copyOf(name, HASH_BYTES);
        chainingKey = hash.clone();
        mixHash(new byte[0]);
    }

    private SymmetricState(SymmetricState original) {
        provider = original.provider;
        cipher = original.cipher;
        hash = original.hash.clone();
        chainingKey = original.chainingKey.clone();
        byte[] originalKey = original.key;
        key = originalKey == null ? null : originalKey.clone();
        nonce = original.nonce;
    }

    /** A state to try a message on and throw away when it is forged. */
    SymmetricState copy() {
        return new SymmetricState(this);
    }

    void mixHash(byte[] data) {
        byte[] both = Arrays.copyOf(hash, HASH_BYTES + data.length);
        System.arraycopy(data, 0, both, HASH_BYTES, data.length);
        hash = Sha256.of(both);
    }

    /** Takes over {@code input} and wipes it. */
    void mixKey(byte[] input) {
        byte[][] next = derive(input);
        Arrays.fill(input, (byte) 0);
        Arrays.fill(chainingKey, (byte) 0);
        wipeKey();
        chainingKey = next[0];
        key = next[1];
        nonce = 0;
    }

    /** The plaintext itself while there is no key, else ciphertext and tag. */
    byte[] encryptAndHash(byte[] plaintext) {
        byte[] sealed = key == null ? plaintext.clone() : seal(key, plaintext);
        mixHash(sealed);
        return sealed;
    }

    /** Null, with the state spoilt, when the tag is wrong. */
    byte @Nullable [] decryptAndHash(byte[] sealed) {
        byte[] plaintext = key == null ? sealed.clone() : open(key, sealed);
        if (plaintext != null) {
            mixHash(sealed);
        }
        return plaintext;
    }

    /** How much longer a sealed text is than its plaintext just now. */
    int tagBytes() {
        return key == null ? 0 : TAG_BYTES;
    }

    /** Two keys of 32 bytes, the initiator's sending key first (Noise 5.2, Split). */
    byte[][] split() {
        return derive(new byte[0]);
    }

    Bytes handshakeHash() {
        return Bytes.copyOf(hash);
    }

    /** For comparison with traces. */
    Bytes chainingKey() {
        return Bytes.copyOf(chainingKey);
    }

    /** For comparison with traces; empty while there is none. */
    Bytes key() {
        return key == null ? Bytes.EMPTY : Bytes.copyOf(key);
    }

    void destroy() {
        Arrays.fill(chainingKey, (byte) 0);
        wipeKey();
    }

    private void wipeKey() {
        if (key != null) {
            Arrays.fill(key, (byte) 0);
        }
    }

    private byte[] seal(byte[] withKey, byte[] plaintext) {
        byte[] framed = Arrays.copyOf(hash, HASH_BYTES + plaintext.length + TAG_BYTES);
        AeadKey aeadKey = provider.key(withKey);
        cipher.seal(
                aeadKey,
                nonce++,
                MemorySegment.ofArray(framed),
                0,
                HASH_BYTES,
                MemorySegment.ofArray(plaintext),
                0,
                plaintext.length);
        aeadKey.destroy();
        return Arrays.copyOfRange(framed, HASH_BYTES, framed.length);
    }

    private byte @Nullable [] open(byte[] withKey, byte[] sealed) {
        if (sealed.length < TAG_BYTES) {
            return null;
        }
        byte[] framed = Arrays.copyOf(hash, HASH_BYTES + sealed.length);
        System.arraycopy(sealed, 0, framed, HASH_BYTES, sealed.length);
        byte[] plaintext = new byte[sealed.length - TAG_BYTES];
        AeadKey aeadKey = provider.key(withKey);
        boolean genuine =
                cipher.open(
                        aeadKey,
                        nonce++,
                        MemorySegment.ofArray(framed),
                        0,
                        HASH_BYTES,
                        sealed.length,
                        MemorySegment.ofArray(plaintext),
                        0);
        aeadKey.destroy();
        return genuine ? plaintext : null;
    }

    private byte[][] derive(byte[] input) {
        byte[] extracted = Hkdf.extract(chainingKey, input);
        byte[] both = Hkdf.expand(extracted, new byte[0], 2 * HASH_BYTES);
        byte[][] halves = {
            Arrays.copyOfRange(both, 0, HASH_BYTES),
            Arrays.copyOfRange(both, HASH_BYTES, 2 * HASH_BYTES)
        };
        Arrays.fill(extracted, (byte) 0);
        Arrays.fill(both, (byte) 0);
        return halves;
    }
}
