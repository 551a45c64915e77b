package dev.asterism.overlay.aead;

import java.util.Arrays;
import javax.crypto.SecretKey;

/** A raw key that, unlike the JDK's {@code SecretKeySpec}, can be wiped. */
final class JcaKey implements AeadKey, SecretKey {

    private final String algorithm;
    private final transient byte[] raw;
    private volatile boolean destroyed;

    JcaKey(String algorithm, byte[] raw) {
        this.algorithm = algorithm;
        this.raw = raw.clone();
    }

    @Override
    public void destroy() {
        destroyed = true;
        Arrays.fill(raw, (byte) 0);
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
    }

    @Override
    public String getAlgorithm() {
        return algorithm;
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    /** A copy: the JDK's ciphers wipe what they are given. */
    @Override
    public byte[] getEncoded() {
        byte[] copy = raw.clone();
        if (destroyed) {
            Arrays.fill(copy, (byte) 0);
            throw new IllegalStateException("key is destroyed");
        }
        return copy;
    }
}
