package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import java.util.Arrays;

/** Keys as PEM text (spec certificates.md 5). */
public final class KeyPem {

    private KeyPem() {}

    /** A host's public key of either curve. */
    public record PublicHostKey(Curve curve, Bytes bytes) {}

    public static PublicHostKey readPublic(String text) throws CertificateException {
        PemBlock block = first(text);
        return switch (block.label()) {
            case PemLabel.X25519_PUBLIC -> new PublicHostKey(Curve.CURVE25519, sized(block, 32));
            case PemLabel.P256_PUBLIC -> new PublicHostKey(Curve.P256, sized(block, 65));
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
                case PemLabel.X25519_PRIVATE -> x25519(block);
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

    private static KeyPair x25519(PemBlock block) throws CertificateException {
        if (block.length() != Dh.x25519().privateKeyBytes()) {
            throw new CertificateException(
                    "key was not 32 bytes, is invalid CURVE25519 private key");
        }
        byte[] raw = block.copy();
        KeyPair keys = Dh.x25519().keyPair(raw);
        Arrays.fill(raw, (byte) 0);
        return keys;
    }

    /** Writes a host's private key. */
    public static String encodePrivate(KeyPair x25519) {
        byte[] raw = x25519.copyPrivateKey();
        String text = Pem.encode(PemLabel.X25519_PRIVATE, raw);
        Arrays.fill(raw, (byte) 0);
        return text;
    }

    public static String encodePublic(Bytes x25519) {
        return Pem.encode(PemLabel.X25519_PUBLIC, x25519.toArray());
    }

    private static Bytes sized(PemBlock block, int length) throws CertificateException {
        if (block.length() != length) {
            String curve = length == 32 ? "CURVE25519" : "P256";
            throw new CertificateException(
                    "key was not " + length + " bytes, is invalid " + curve + " public key");
        }
        return block.bytes();
    }

    static PemBlock first(String text) throws CertificateException {
        PemBlock block = new Pem(text).next();
        if (block == null) {
            throw new CertificateException("input did not contain a valid PEM encoded block");
        }
        return block;
    }
}
