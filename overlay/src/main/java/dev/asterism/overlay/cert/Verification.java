package dev.asterism.overlay.cert;

/** What a {@link CaPool} says about a certificate at a time. */
public sealed interface Verification {

    record Accepted(VerifiedCertificate certificate) implements Verification {}

    /**
     * @param message the text of spec certificates.md 6
     */
    record Refused(Reason reason, String message) implements Verification {}

    enum Reason {
        BLOCKLISTED,
        NO_ISSUER,
        UNKNOWN_ISSUER,
        CURVE_MISMATCH,
        /** Or not valid yet; likewise {@link #EXPIRED}. */
        CA_EXPIRED,
        EXPIRED,
        SIGNER_CHANGED,
        BAD_SIGNATURE,
        OUTSIDE_CA_LIMITS
    }
}
