package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import java.util.Arrays;

/** A CA's key on Curve25519: the seed of Ed25519. */
public final class Ed25519PrivateKey implements SigningKey {

    private static final int SEED_LENGTH = 32;
    static final int STORED_LENGTH = 64;

    private final byte[] seed;
    private final Bytes publicKey;

    private Ed25519PrivateKey(byte[] seed, Bytes publicKey) {
        this.seed = seed;
        this.publicKey = publicKey;
    }

    public static Ed25519PrivateKey generate(RandomSource random) {
        byte[] seed = random.bytes(SEED_LENGTH);
        return new Ed25519PrivateKey(seed, Ed25519.publicKey(seed));
    }

    /**
     * Reads what a key file holds.
     *
     * @param stored 64 bytes, seed and public key, borrowed
     */
    static Ed25519PrivateKey ofStored(byte[] stored) throws CertificateException {
        if (stored.length != STORED_LENGTH) {
            throw new CertificateException("key was not 64 bytes, is invalid ed25519 private key");
        }
        byte[] seed = Arrays.copyOf(stored, SEED_LENGTH);
        Bytes stated = Bytes.copyOf(stored, SEED_LENGTH, STORED_LENGTH - SEED_LENGTH);
        if (!Ed25519.publicKey(seed).equals(stated)) {
            throw new CertificateException("private and public half of the key do not match");
        }
        return new Ed25519PrivateKey(seed, stated);
    }

    @Override
    public byte[] copyStored() {
        byte[] stored = Arrays.copyOf(seed, STORED_LENGTH);
        System.arraycopy(publicKey.toArray(), 0, stored, SEED_LENGTH, publicKey.length());
        return stored;
    }

    @Override
    public Curve curve() {
        return Curve.CURVE25519;
    }

    @Override
    public Bytes publicKey() {
        return publicKey;
    }

    @Override
    public Bytes sign(Bytes message) {
        return Ed25519.sign(seed, message);
    }

    @Override
    public void destroy() {
        Arrays.fill(seed, (byte) 0);
    }
}
