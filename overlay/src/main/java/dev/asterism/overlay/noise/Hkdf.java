package dev.asterism.overlay.noise;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * HKDF with SHA-256 (RFC 5869). Noise's HKDF (Noise 4.3) is {@link #extract} with the chaining key as salt, then
 * {@link #expand} without info. Written on {@code Mac}, so that intermediate keys are arrays that can be wiped.
 */
final class Hkdf {

    static final int HASH_BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final int MAX_OUTPUT = 255 * HASH_BYTES;

    private Hkdf() {}

    /** The 32-byte pseudo-random key. An empty salt counts as 32 zero bytes. */
    static byte[] extract(byte[] salt, byte[] input) {
        Mac mac = mac(salt.length == 0 ? new byte[HASH_BYTES] : salt);
        byte[] extracted = mac.doFinal(input);
        forgetKey(mac);
        return extracted;
    }

    static byte[] expand(byte[] pseudoRandomKey, byte[] info, int length) {
        if (length < 0 || length > MAX_OUTPUT) {
            throw new IllegalArgumentException("HKDF cannot make " + length + " bytes");
        }
        Mac mac = mac(pseudoRandomKey);
        byte[] output = new byte[length];
        byte[] block = new byte[0];
        for (int done = 0, counter = 1; done < length; done += HASH_BYTES, counter++) {
            mac.update(block);
            mac.update(info);
            mac.update((byte) counter);
            Arrays.fill(block, (byte) 0);
            block = mac.doFinal();
            System.arraycopy(block, 0, output, done, Math.min(HASH_BYTES, length - done));
        }
        Arrays.fill(block, (byte) 0);
        forgetKey(mac);
        return output;
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new BorrowedKey(key));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HMAC-SHA256", e);
        }
    }

    /** A {@code Mac} keeps its key, padded, until it gets another. */
    private static void forgetKey(Mac mac) {
        try {
            mac.init(new BorrowedKey(new byte[HASH_BYTES]));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 refuses a key", e);
        }
    }

    /**
     * Over the caller's array, which the caller wipes: {@code SecretKeySpec} would keep a copy that
     * nobody can wipe. The JDK wipes the copy that it asks for.
     */
    private static final class BorrowedKey implements SecretKey {

        private final transient byte[] raw;

        BorrowedKey(byte[] raw) {
            this.raw = raw;
        }

        @Override
        public String getAlgorithm() {
            return ALGORITHM;
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public byte[] getEncoded() {
            return raw.clone();
        }
    }
}
