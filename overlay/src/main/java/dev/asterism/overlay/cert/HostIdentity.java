package dev.asterism.overlay.cert;

import dev.asterism.overlay.noise.KeyPair;
import java.time.Instant;
import java.util.List;

/**
 * A host's own certificate and the key that belongs to it (spec certificates.md 6 "host identity"). The
 * identity owns the key.
 */
public final class HostIdentity {

    private final Certificate certificate;
    private final KeyPair key;
    private final List<String> skipped;

    private HostIdentity(Certificate certificate, KeyPair key, List<String> skipped) {
        this.certificate = certificate;
        this.key = key;
        this.skipped = skipped;
    }

    /**
     * Reads {@code pki.cert} and {@code pki.key}.
     *
     * @param now the certificate must be valid then
     */
    public static HostIdentity read(String certificatePem, String keyPem, Instant now)
            throws CertificateException {
        CertificatePem.Bundle bundle = CertificatePem.readUsable(certificatePem);
        if (bundle.certificates().isEmpty()) {
            String why =
                    bundle.skipped().isEmpty()
                            ? ""
                            : ", skipped: " + String.join(", ", bundle.skipped());
            throw new CertificateException("no valid certificates found in pki.cert" + why);
        }
        if (bundle.certificates().size() > 1) {
            throw new CertificateException("v1 certificate already found in pki.cert");
        }
        KeyPair key = key(keyPem);
        Certificate certificate = bundle.certificates().getFirst();
        try {
            check(certificate, key, now);
        } catch (CertificateException e) {
            key.destroy();
            throw e;
        }
        return new HostIdentity(certificate, key, bundle.skipped());
    }

    private static KeyPair key(String keyPem) throws KeyException {
        try {
            return KeyPem.readPrivate(keyPem);
        } catch (CertificateException e) {
            throw new KeyException(String.valueOf(e.getMessage()));
        }
    }

    /** {@code pki.key} is what is wrong, not the certificate. */
    public static final class KeyException extends CertificateException {

        private static final long serialVersionUID = 1;

        private KeyException(String message) {
            super(message);
        }
    }

    private static void check(Certificate certificate, KeyPair key, Instant now)
            throws CertificateException {
        if (certificate.isCa()) {
            throw new CertificateException("a CA certificate can not be used as host certificate");
        }
        String invalid = Validity.problem("nebula certificate for this host", certificate, now);
        if (invalid != null) {
            throw new CertificateException(invalid);
        }
        if (certificate.networks().isEmpty()) {
            throw new CertificateException("no networks encoded in certificate");
        }
        if (!certificate.publicKey().equals(key.publicKey())) {
            throw new CertificateException(
                    "private key is not a pair with public key in nebula cert:"
                            + " public key and private key are not a pair");
        }
    }

    public Certificate certificate() {
        return certificate;
    }

    public KeyPair key() {
        return key;
    }

    /** Certificates in the file that are of an unsupported version or curve, for a warning. */
    public List<String> skipped() {
        return skipped;
    }
}
