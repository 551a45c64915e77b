package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;

/** Checks signatures of CAs, and of keys that stand for one, with either curve. Any thread. */
public final class SignatureCheck {

    private SignatureCheck() {}

    /**
     * False for a wrong signature, and for a key or signature that cannot be one.
     *
     * @param publicKey as {@link SigningKey#publicKey} gives it
     */
    public static boolean isGenuine(Curve curve, Bytes publicKey, Bytes message, Bytes signature) {
        return switch (curve) {
            case CURVE25519 -> Ed25519.verify(publicKey, message, signature);
            case P256 -> EcdsaP256.verify(publicKey, message, signature);
            case UNRECOGNIZED -> false;
        };
    }
}
