package dev.asterism.overlay.cert;

import org.jspecify.annotations.Nullable;

/**
 * What block lists know a certificate by, for those who keep no certificates. Immutable.
 *
 * @param fingerprint of the form that was shown
 * @param otherForm see {@link Certificate#alternateFingerprint}; null when there is one form only
 * @param issuer fingerprint of the CA that it names; null when it names none
 */
public record CertificateId(
        Fingerprint fingerprint, @Nullable Fingerprint otherForm, @Nullable Fingerprint issuer) {

    public static CertificateId of(Certificate certificate) {
        return new CertificateId(
                certificate.fingerprint(),
                certificate.alternateFingerprint(),
                certificate.issuer());
    }
}
