package dev.asterism.overlay.cert;

/** Key kinds a certificate can be for (spec certificates.md 1). */
public enum Curve {
    CURVE25519,
    P256
}
