package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;

/** A host's static key, 32 bytes, stored unclamped. Has no text form; wipe it with {@link #destroy}. */
public final class X25519PrivateKey {

    private static final int LENGTH = 32;

    /** The u coordinate of the base point (RFC 7748 section 4.1). */
    private static final BigInteger BASE = BigInteger.valueOf(9);

    private final byte[] scalar;
    private final Bytes publicKey;

    private X25519PrivateKey(byte[] scalar) {
        this.scalar = scalar;
        this.publicKey = Bytes.owning(timesBase(scalar));
    }

    public static X25519PrivateKey generate(RandomSource random) {
        return new X25519PrivateKey(random.bytes(LENGTH));
    }

    /** Copies 32 raw bytes. */
    public static X25519PrivateKey of(byte[] raw) {
        if (raw.length != LENGTH) {
            throw new IllegalArgumentException("an X25519 key has 32 bytes, not " + raw.length);
        }
        return new X25519PrivateKey(raw.clone());
    }

    /** Reads a host key; keys of another kind are refused by name. */
    public static X25519PrivateKey fromPem(String text) throws CertificateException {
        PemBlock block = KeyPem.first(text);
        try {
            return switch (block.label()) {
                case PemLabel.X25519_PRIVATE -> ofStored(block);
                case PemLabel.P256_PRIVATE ->
                        throw new CertificateException("P256 host keys are not supported yet");
                default ->
                        throw new CertificateException(
                                "bytes did not contain a proper private key banner");
            };
        } finally {
            block.destroy();
        }
    }

    private static X25519PrivateKey ofStored(PemBlock block) throws CertificateException {
        if (block.length() != LENGTH) {
            throw new CertificateException(
                    "key was not 32 bytes, is invalid CURVE25519 private key");
        }
        return new X25519PrivateKey(block.copy());
    }

    public String toPem() {
        return Pem.encode(PemLabel.X25519_PRIVATE, scalar);
    }

    public Bytes publicKey() {
        return publicKey;
    }

    /** The raw 32 bytes in a copy that the caller wipes. */
    public byte[] copy() {
        return scalar.clone();
    }

    public void destroy() {
        Arrays.fill(scalar, (byte) 0);
    }

    /** X25519(scalar, base point), little-endian; the JDK clamps. */
    static byte[] timesBase(byte[] scalar) {
        try {
            KeyFactory factory = KeyFactory.getInstance("X25519");
            PrivateKey secret =
                    factory.generatePrivate(
                            new XECPrivateKeySpec(NamedParameterSpec.X25519, scalar));
            PublicKey base =
                    factory.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, BASE));
            KeyAgreement agreement = KeyAgreement.getInstance("X25519");
            agreement.init(secret);
            agreement.doPhase(base, true);
            return agreement.generateSecret();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has X25519", e);
        }
    }
}
