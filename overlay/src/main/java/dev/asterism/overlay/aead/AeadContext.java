package dev.asterism.overlay.aead;

import java.lang.foreign.MemorySegment;

/**
 * Seals and opens packets for one thread.
 *
 * <p>The nonce is 12 bytes: four zero bytes, then the 64-bit counter, big-endian for AES-GCM and
 * little-endian for ChaCha20-Poly1305 (spec wire.md 3.1).
 */
public interface AeadContext {

    /**
     * Seals {@code length} bytes of {@code in} at {@code inAt} into {@code out}: at {@code at} the caller has written
     * {@code aadLength} bytes of associated data; ciphertext and the 16-byte tag follow them. {@code in} and
     * {@code out} may be the same memory if the ciphertext lies exactly over the plaintext or does not overlap it.
     */
    void seal(
            AeadKey key,
            long counter,
            MemorySegment out,
            long at,
            int aadLength,
            MemorySegment in,
            long inAt,
            int length);

    /**
     * Opens a packet: at {@code at} of {@code packet} stand {@code aadLength} bytes of associated data, then
     * {@code sealedLength} bytes of ciphertext and tag. On success {@code sealedLength - 16} bytes of
     * plaintext stand at {@code outAt} of {@code out}. Returns false, with unspecified bytes at the
     * destination that nobody may use, when the tag is wrong. {@code out} may be {@code packet}, with {@code outAt}
     * at the ciphertext's place.
     */
    boolean open(
            AeadKey key,
            long counter,
            MemorySegment packet,
            long at,
            int aadLength,
            int sealedLength,
            MemorySegment out,
            long outAt);
}
