package dev.asterism.overlay.cert;

/** Key kinds a certificate can be for (spec certificates.md 1). */
public enum Curve {
    /** X25519 for hosts, Ed25519 for CAs. */
    CURVE25519,
    /** Read and printed, neither verified nor used. */
    P256,
    /** Any other number: such a certificate parses, and nothing accepts it. */
    UNRECOGNIZED;

    static Curve ofNumber(int number) {
        return switch (number) {
            case 0 -> CURVE25519;
            case 1 -> P256;
            default -> UNRECOGNIZED;
        };
    }
}
