package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import java.util.Arrays;

/**
 * A CA's private key, of either curve. Has no text form but {@link #toPem}; whoever owns it wipes
 * it with {@link #destroy}.
 */
public sealed interface SigningKey permits Ed25519PrivateKey, P256SigningKey {

    Curve curve();

    /** 32 bytes of Ed25519, or an uncompressed point of 65 bytes of P-256. */
    Bytes publicKey();

    Bytes sign(Bytes message);

    /** What the key file holds, for the caller to wipe: 64 bytes of Ed25519 (seed and public key), or 32 of P-256. */
    byte[] copyStored();

    /** The key file, not encrypted. */
    default String toPem() {
        byte[] stored = copyStored();
        try {
            return Pem.encode(
                    curve() == Curve.P256 ? PemLabel.ECDSA_P256_PRIVATE : PemLabel.ED25519_PRIVATE,
                    stored);
        } finally {
            Arrays.fill(stored, (byte) 0);
        }
    }

    void destroy();

    static SigningKey generate(Curve curve, RandomSource random) {
        return switch (curve) {
            case CURVE25519 -> Ed25519PrivateKey.generate(random);
            case P256 -> P256SigningKey.generate(random);
            case UNRECOGNIZED -> throw new IllegalArgumentException("no curve");
        };
    }

    /** Reads a CA's key file. Refuses an encrypted key, for which see {@link EncryptedKey}, and what is no CA's key. */
    static SigningKey fromPem(String text) throws CertificateException {
        PemBlock block = KeyPem.first(text);
        try {
            return switch (block.label()) {
                case PemLabel.ED25519_PRIVATE -> Ed25519PrivateKey.ofStored(block.content());
                case PemLabel.ECDSA_P256_PRIVATE -> P256SigningKey.ofStored(block.content());
                case PemLabel.ED25519_ENCRYPTED, PemLabel.ECDSA_P256_ENCRYPTED ->
                        throw new CertificateException("private key must be decrypted");
                default ->
                        throw new CertificateException(
                                "bytes did not contain a proper Ed25519/ECDSA private key banner");
            };
        } finally {
            block.destroy();
        }
    }
}
