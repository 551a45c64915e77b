package dev.asterism.overlay.cert;

/** Key kinds a certificate can be for (spec certificates.md 1). */
public enum Curve {
    /** X25519 for hosts, Ed25519 for CAs. */
    CURVE25519,
    /** The curve P-256 for both. */
    P256,
    /** Any other number: such a certificate parses, and nothing accepts it. */
    UNRECOGNIZED;

    private static final int X25519_KEY_BYTES = 32;
    private static final int P256_POINT_BYTES = 65;

    /** Of a host's public key, as handshakes carry it. */
    public int publicKeyBytes() {
        return this == P256 ? P256_POINT_BYTES : X25519_KEY_BYTES;
    }

    /** As it stands in certificates; that of {@link #UNRECOGNIZED} is none that is known. */
    int number() {
        return switch (this) {
            case CURVE25519 -> 0;
            case P256 -> 1;
            case UNRECOGNIZED -> -1;
        };
    }

    static Curve ofNumber(int number) {
        return switch (number) {
            case 0 -> CURVE25519;
            case 1 -> P256;
            default -> UNRECOGNIZED;
        };
    }
}
