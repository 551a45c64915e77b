package dev.asterism.overlay.cert;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.noise.KeyPair;
import java.time.Instant;
import java.util.List;

/**
 * Who this node is (spec certificates.md 6 "host identity"): its credentials, of which there is one
 * as long as one version of certificates is supported. Owns the keys. Immutable.
 *
 * @param credentials not empty; all for the same overlay addresses
 */
public record LocalIdentity(List<Credential> credentials) {

    public LocalIdentity {
        credentials = List.copyOf(credentials);
        if (credentials.isEmpty()) {
            throw new IllegalArgumentException("an identity has a credential");
        }
    }

    /**
     * An identity and what its reader should be told.
     *
     * @param skipped certificates in the file that are of an unsupported version or curve, for a warning
     */
    public record Loaded(LocalIdentity identity, List<String> skipped) {}

    /** {@code pki.key} is what is wrong, not the certificate. */
    public static final class KeyException extends CertificateException {

        private static final long serialVersionUID = 1;

        private KeyException(String message) {
            super(message);
        }
    }

    /**
     * Reads {@code pki.cert} and {@code pki.key}.
     *
     * @param now the certificate must be valid then
     */
    public static Loaded read(String certificatePem, String keyPem, Instant now)
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
        KeyPair keys = keys(keyPem);
        Certificate certificate = bundle.certificates().getFirst();
        try {
            check(certificate, keys, now);
        } catch (CertificateException e) {
            keys.destroy();
            throw e;
        }
        LocalIdentity identity = new LocalIdentity(List.of(new Credential(certificate, keys)));
        return new Loaded(identity, bundle.skipped());
    }

    private static KeyPair keys(String keyPem) throws KeyException {
        try {
            return KeyPem.readPrivate(keyPem);
        } catch (CertificateException e) {
            throw new KeyException(String.valueOf(e.getMessage()));
        }
    }

    private static void check(Certificate certificate, KeyPair keys, Instant now)
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
        if (!certificate.publicKey().equals(keys.publicKey())) {
            throw new CertificateException(
                    "private key is not a pair with public key in nebula cert:"
                            + " public key and private key are not a pair");
        }
    }

    /** The credential that handshakes use. */
    public Credential credential() {
        return credentials.getFirst();
    }

    /** That of {@link #credential}. */
    public Certificate certificate() {
        return credential().certificate();
    }

    /** Our overlay addresses, primary first. */
    public List<Ip> addresses() {
        return certificate().networks().stream().map(Cidr::address).toList();
    }

    public Ip primary() {
        return certificate().networks().getFirst().address();
    }

    /** Wipes the private keys; for an identity that nobody uses. */
    public void destroy() {
        credentials.forEach(credential -> credential.keys().destroy());
    }
}
