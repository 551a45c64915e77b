package dev.asterism.overlay.aead;

import java.security.NoSuchAlgorithmException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;

/**
 * The JDK's own ciphers: always available, no native library. The JDK allocates for every packet (parameter
 * object, copies of key and nonce, its buffers: about 1 kB with AES-GCM, 2.3 kB with ChaCha20-Poly1305); JCA offers
 * no way around that. Everything on this side of it is reused.
 */
public final class JcaAead implements AeadProvider {

    private static final int TAG_BITS = 8 * TAG_BYTES;

    private final Variant variant;

    private JcaAead(Variant variant) {
        this.variant = variant;
    }

    /** AES-256-GCM, {@code cipher: aes}. */
    public static JcaAead aesGcm() {
        return new JcaAead(Variant.AES_GCM);
    }

    /** ChaCha20-Poly1305 (RFC 8439), {@code cipher: chachapoly}. */
    public static JcaAead chaChaPoly() {
        return new JcaAead(Variant.CHACHA_POLY);
    }

    @Override
    public AeadKey key(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("a key has 32 bytes, not " + key.length);
        }
        return new JcaKey(variant.keyAlgorithm, key);
    }

    @Override
    public AeadContext context() {
        return new JcaContext(variant);
    }

    @Override
    public String name() {
        return "jdk " + variant.displayName;
    }

    /** What differs between the two ciphers. */
    enum Variant {
        AES_GCM("AES-256-GCM", "AES/GCM/NoPadding", "AES"),
        CHACHA_POLY("ChaCha20-Poly1305", "ChaCha20-Poly1305", "ChaCha20");

        private final String displayName;
        private final String transformation;
        private final String keyAlgorithm;

        Variant(String displayName, String transformation, String keyAlgorithm) {
            this.displayName = displayName;
            this.transformation = transformation;
            this.keyAlgorithm = keyAlgorithm;
        }

        String keyAlgorithm() {
            return keyAlgorithm;
        }

        Cipher cipher() {
            try {
                return Cipher.getInstance(transformation);
            } catch (NoSuchAlgorithmException | NoSuchPaddingException e) {
                throw new IllegalStateException("this JDK has no " + transformation, e);
            }
        }

        AlgorithmParameterSpec parameters(byte[] nonce) {
            return switch (this) {
                case AES_GCM -> new GCMParameterSpec(TAG_BITS, nonce);
                case CHACHA_POLY -> new IvParameterSpec(nonce);
            };
        }

        /** Writes the counter into bytes 4 to 11. */
        void putCounter(byte[] nonce, long counter) {
            for (int i = 0; i < Long.BYTES; i++) {
                int shift = this == AES_GCM ? 56 - 8 * i : 8 * i;
                nonce[4 + i] = (byte) (counter >>> shift);
            }
        }
    }
}
