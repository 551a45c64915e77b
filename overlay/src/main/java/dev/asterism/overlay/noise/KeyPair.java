package dev.asterism.overlay.noise;

import dev.asterism.overlay.io.Bytes;
import java.util.Arrays;

/** A Diffie-Hellman key pair in wire form, made by {@link Dh}. Has no text form. */
public final class KeyPair {

    private final byte[] privateKey;
    private final Bytes publicKey;

    /** Takes over {@code privateKey}. */
    KeyPair(byte[] privateKey, Bytes publicKey) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    public Bytes publicKey() {
        return publicKey;
    }

    /** Borrowed; gone after {@link #destroy}. */
    byte[] privateKey() {
        return privateKey;
    }

    /** Wipes the private key; agreements afterwards give garbage. */
    public void destroy() {
        Arrays.fill(privateKey, (byte) 0);
    }
}
