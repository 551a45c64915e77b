package dev.asterism.overlay.noise;

import dev.asterism.overlay.hash.Sha256;
import java.util.Arrays;

/**
 * HKDF with SHA-256 (RFC 5869). Noise's HKDF (Noise 4.3) is {@link #extract} with the chaining key as salt, then
 * {@link #expand} without info. Written on {@link Sha256}: a {@code Mac} looks for its provider anew for each key,
 * eight times in a handshake, and keeps the key until it gets another. Intermediate keys are arrays here, which are
 * wiped; the JDK wipes its block when a digest is made.
 */
final class Hkdf {

    static final int HASH_BYTES = Sha256.BYTES;

    private static final int BLOCK_BYTES = 64;
    private static final byte INNER = 0x36;
    private static final byte OUTER = 0x5C;
    private static final int MAX_OUTPUT = 255 * HASH_BYTES;

    private Hkdf() {}

    /** The 32-byte pseudo-random key. An empty salt counts as 32 zero bytes. */
    static byte[] extract(byte[] salt, byte[] input) {
        Hmac hmac = new Hmac(salt);
        byte[] extracted = hmac.of(input);
        hmac.forget();
        return extracted;
    }

    static byte[] expand(byte[] pseudoRandomKey, byte[] info, int length) {
        if (length < 0 || length > MAX_OUTPUT) {
            throw new IllegalArgumentException("HKDF cannot make " + length + " bytes");
        }
        Hmac hmac = new Hmac(pseudoRandomKey);
        byte[] output = new byte[length];
        byte[] block = new byte[0];
        for (int done = 0, counter = 1; done < length; done += HASH_BYTES, counter++) {
            byte[] next = hmac.of(block, info, new byte[] {(byte) counter});
            Arrays.fill(block, (byte) 0);
            block = next;
            System.arraycopy(block, 0, output, done, Math.min(HASH_BYTES, length - done));
        }
        Arrays.fill(block, (byte) 0);
        hmac.forget();
        return output;
    }

    /** HMAC (RFC 2104) with one key, again and again. */
    private static final class Hmac {

        private final byte[] inner;
        private final byte[] outer;

        Hmac(byte[] key) {
            byte[] shortened = key.length > BLOCK_BYTES ? Sha256.of(key) : key.clone();
            inner = padded(shortened, INNER);
            outer = padded(shortened, OUTER);
            Arrays.fill(shortened, (byte) 0);
        }

        private static byte[] padded(byte[] key, byte pad) {
            byte[] block = Arrays.copyOf(key, BLOCK_BYTES);
            for (int i = 0; i < BLOCK_BYTES; i++) {
                block[i] ^= pad;
            }
            return block;
        }

        byte[] of(byte[]... parts) {
            byte[] hash = hashOf(inner, parts);
            byte[] code = hashOf(outer, hash);
            Arrays.fill(hash, (byte) 0);
            return code;
        }

        private static byte[] hashOf(byte[] block, byte[]... parts) {
            int length = block.length;
            for (byte[] part : parts) {
                length += part.length;
            }
            byte[] whole = Arrays.copyOf(block, length);
            int at = block.length;
            for (byte[] part : parts) {
                System.arraycopy(part, 0, whole, at, part.length);
                at += part.length;
            }
            byte[] hash = Sha256.of(whole);
            Arrays.fill(whole, (byte) 0);
            return hash;
        }

        void forget() {
            Arrays.fill(inner, (byte) 0);
            Arrays.fill(outer, (byte) 0);
        }
    }
}
