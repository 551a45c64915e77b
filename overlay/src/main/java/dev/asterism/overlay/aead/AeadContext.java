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
     * Maximum bytes by which output may start before an overlapping input: the largest L3 and L4
     * headers that are stripped when segments are merged.
     */
    int MAX_OVERLAP_BYTES = 120;

    /**
     * Seals {@code length} bytes of {@code in} at {@code inAt} into {@code out}: at {@code at} the caller has written
     * {@code aadLength} bytes of associated data; ciphertext and the 16-byte tag follow them.
     *
     * <p>The ciphertext may lie apart from the plaintext, exactly over it, or begin 1 to {@link #MAX_OVERLAP_BYTES}
     * bytes below it; the plaintext must not reach into the associated data. Any other overlap gives wrong
     * bytes, though never outside of the ranges given. An implementation may refuse to seal twice in a row with
     * one key and counter; callers must never try.
     *
     * @throws IndexOutOfBoundsException when a range is not within its segment; nothing was written
     * @throws IllegalStateException when the key is destroyed
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
     * destination that nobody may use, when the tag is wrong.
     *
     * <p>The plaintext may lie apart from the packet, exactly over the ciphertext, or begin 1 to
     * {@link #MAX_OVERLAP_BYTES} bytes below it, also over the associated data.
     *
     * @throws IndexOutOfBoundsException when a range is not within its segment; nothing was written
     * @throws IllegalStateException when the key is destroyed
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
