package dev.asterism.overlay.noise;

import dev.asterism.overlay.curve.Curve25519;
import dev.asterism.overlay.io.Bytes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A Diffie-Hellman key pair in wire form, made by {@link Dh}, which derives the public key once.
 * Has no text form. Whoever owns it wipes it with {@link #destroy}.
 */
public final class KeyPair {

    private final Dh dh;
    private final byte[] privateKey;
    private final Bytes publicKey;

    /** The same private key, ready for agreements by somebody else than the JDK; made when first needed. */
    private Curve25519.@Nullable Key prepared;

    /** Takes over {@code privateKey}. */
    KeyPair(Dh dh, byte[] privateKey, Bytes publicKey) {
        this.dh = dh;
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    /** Takes over both. */
    KeyPair(Dh dh, byte[] privateKey, Curve25519.Key prepared) {
        this(dh, privateKey, Bytes.owning(prepared.publicKey()));
        this.prepared = prepared;
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

    /** The private key as that library has it. */
    synchronized Curve25519.Key preparedBy(Curve25519 curve) {
        Curve25519.Key ready = prepared;
        if (ready == null) {
            ready = curve.key(privateKey);
            prepared = ready;
        }
        return ready;
    }

    /** The private key as key files hold it, in a copy that the caller wipes. */
    public byte[] copyPrivateKey() {
        return privateKey.clone();
    }

    /** Wipes the private key; agreements afterwards give garbage. */
    public synchronized void destroy() {
        Arrays.fill(privateKey, (byte) 0);
        if (prepared != null) {
            prepared.destroy();
            prepared = null;
        }
    }
}
