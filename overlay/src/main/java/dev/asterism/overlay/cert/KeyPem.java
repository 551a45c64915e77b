package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import dev.asterism.overlay.noise.P256;
import java.util.Arrays;

/** Keys as PEM text (spec certificates.md 5). */
public final class KeyPem {

    private KeyPem() {}

    /** A host's public key of either curve. */
    public record PublicHostKey(Curve curve, Bytes bytes) {}

    public static PublicHostKey readPublic(String text) throws CertificateException {
        PemBlock block = first(text);
        return switch (block.label()) {
            case PemLabel.X25519_PUBLIC ->
                    sized(block, Curve.CURVE25519, Dh.x25519().publicKeyBytes());
            case PemLabel.P256_PUBLIC -> sized(block, Curve.P256, P256.POINT_BYTES);
            default ->
                    throw new CertificateException(
                            "bytes did not contain a proper public key banner");
        };
    }

    /** Reads a host's private key; keys of another kind are refused by name. The caller wipes it. */
    public static KeyPair readPrivate(String text) throws CertificateException {
        PemBlock block = first(text);
        try {
            return switch (block.label()) {
                case PemLabel.X25519_PRIVATE -> x25519(block.content());
                case PemLabel.P256_PRIVATE -> p256(block.content());
                default ->
                        throw new CertificateException(
                                "bytes did not contain a proper private key banner");
            };
        } finally {
            block.destroy();
        }
    }

    private static KeyPair x25519(byte[] stored) throws CertificateException {
        if (stored.length != Dh.x25519().privateKeyBytes()) {
            throw new CertificateException(
                    "key was not 32 bytes, is invalid CURVE25519 private key");
        }
        return Dh.x25519().keyPair(stored);
    }

    private static KeyPair p256(byte[] stored) throws CertificateException {
        if (!P256.isPrivateKey(stored)) {
            throw new CertificateException("key was not 32 bytes, is invalid P256 private key");
        }
        return Dh.p256().keyPair(stored);
    }

    /** Writes a host's private key. */
    public static String encodePrivate(KeyPair keys) {
        byte[] raw = keys.copyPrivateKey();
        boolean isP256 = keys.dh().equals(Dh.p256());
        String text = Pem.encode(isP256 ? PemLabel.P256_PRIVATE : PemLabel.X25519_PRIVATE, raw);
        Arrays.fill(raw, (byte) 0);
        return text;
    }

    /** Writes a host's public key, 32 bytes of X25519 or 65 of P-256. */
    public static String encodePublic(Bytes key) {
        boolean isP256 = key.length() == P256.POINT_BYTES;
        return Pem.encode(isP256 ? PemLabel.P256_PUBLIC : PemLabel.X25519_PUBLIC, key.toArray());
    }

    private static PublicHostKey sized(PemBlock block, Curve curve, int bytes)
            throws CertificateException {
        if (block.content().length != bytes) {
            throw new CertificateException(
                    "key was not " + bytes + " bytes, is invalid " + curve + " public key");
        }
        return new PublicHostKey(curve, block.bytes());
    }

    static PemBlock first(String text) throws CertificateException {
        PemBlock block = new Pem(text).next();
        if (block == null) {
            throw new CertificateException("input did not contain a valid PEM encoded block");
        }
        return block;
    }
}
