package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import java.util.Arrays;

/** A CA's signing key. Has no text form; wipe it with {@link #destroy}. */
public final class Ed25519PrivateKey {

    private static final int SEED_LENGTH = 32;
    private static final int STORED_LENGTH = 64;

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

    /** Reads a CA key, 64 bytes: seed and public key; other kinds are refused by name. */
    public static Ed25519PrivateKey fromPem(String text) throws CertificateException {
        PemBlock block = KeyPem.first(text);
        try {
            return switch (block.label()) {
                case PemLabel.ED25519_PRIVATE -> ofStored(block);
                case PemLabel.ECDSA_P256_PRIVATE ->
                        throw new CertificateException("P256 CA keys are not supported yet");
                case PemLabel.ED25519_ENCRYPTED, PemLabel.ECDSA_P256_ENCRYPTED ->
                        throw new CertificateException("encrypted CA keys are not supported yet");
                default ->
                        throw new CertificateException(
                                "bytes did not contain a proper Ed25519/ECDSA private key banner");
            };
        } finally {
            block.destroy();
        }
    }

    private static Ed25519PrivateKey ofStored(PemBlock block) throws CertificateException {
        if (block.length() != STORED_LENGTH) {
            throw new CertificateException("key was not 64 bytes, is invalid ed25519 private key");
        }
        byte[] stored = block.copy();
        byte[] seed = Arrays.copyOf(stored, SEED_LENGTH);
        Bytes stated = Bytes.copyOf(stored, SEED_LENGTH, STORED_LENGTH - SEED_LENGTH);
        Arrays.fill(stored, (byte) 0);
        if (!Ed25519.publicKey(seed).equals(stated)) {
            throw new CertificateException("private and public half of the key do not match");
        }
        return new Ed25519PrivateKey(seed, stated);
    }

    public String toPem() {
        byte[] stored = Arrays.copyOf(seed, STORED_LENGTH);
        System.arraycopy(publicKey.toArray(), 0, stored, SEED_LENGTH, publicKey.length());
        String text = Pem.encode(PemLabel.ED25519_PRIVATE, stored);
        Arrays.fill(stored, (byte) 0);
        return text;
    }

    public Bytes publicKey() {
        return publicKey;
    }

    Bytes sign(Bytes message) {
        return Ed25519.sign(seed, message);
    }

    public void destroy() {
        Arrays.fill(seed, (byte) 0);
    }
}
