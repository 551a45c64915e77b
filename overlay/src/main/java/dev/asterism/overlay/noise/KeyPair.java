package dev.asterism.overlay.noise;

import dev.asterism.overlay.io.Bytes;
import java.util.Arrays;

/**
 * A Diffie-Hellman key pair in wire form, made by {@link Dh}, which derives the public key once.
 * Has no text form. Whoever owns it wipes it with {@link #destroy}.
 */
public final class KeyPair {

    private final Dh dh;
    private final byte[] privateKey;
    private final Bytes publicKey;

    /** Takes over {@code privateKey}. */
    KeyPair(Dh dh, byte[] privateKey, Bytes publicKey) {
        this.dh = dh;
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    /** The group that the keys belong to. */
    public Dh dh() {
        return dh;
    }

    public Bytes publicKey() {
        return publicKey;
    }

    /** Borrowed; gone after {@link #destroy}. */
    byte[] privateKey() {
        return privateKey;
    }

    /** The private key as key files hold it, in a copy that the caller wipes. */
    public byte[] copyPrivateKey() {
        return privateKey.clone();
    }

    /** Wipes the private key; agreements afterwards give garbage. */
    public void destroy() {
        Arrays.fill(privateKey, (byte) 0);
    }
}
