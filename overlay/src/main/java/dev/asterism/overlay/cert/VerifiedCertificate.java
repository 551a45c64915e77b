package dev.asterism.overlay.cert;

/**
 * A certificate that a {@link CaPool} accepted.
 *
 * @param signer the CA that signed it
 */
public record VerifiedCertificate(Certificate certificate, Certificate signer) {}
