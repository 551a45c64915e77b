package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;

/** A CA with its key: issues certificates, checking every rule first (spec certificates.md 4). */
public final class Signer {

    private final Certificate ca;
    private final Ed25519PrivateKey key;

    /** Borrows the key. */
    public Signer(Certificate ca, Ed25519PrivateKey key) throws CertificateException {
        if (ca.curve() != Curve.CURVE25519 || !ca.publicKey().equals(key.publicKey())) {
            throw new CertificateException(
                    "refusing to sign, root certificate does not match private key");
        }
        if (!ca.isCa()) {
            throw new CertificateException("signing certificate is not a CA");
        }
        this.ca = ca;
        this.key = key;
    }

    /** A new version 1 CA that signed itself. */
    public static Certificate selfSigned(Subject limits, Ed25519PrivateKey key)
            throws CertificateException {
        return issue(new DetailsV1(limits, true, Bytes.EMPTY, 0, key.publicKey()), key);
    }

    public Certificate ca() {
        return ca;
    }

    /** A version 1 certificate for a host with this X25519 public key. */
    public Certificate signHost(Subject subject, Bytes publicKey) throws CertificateException {
        String violation = CaLimits.violation(ca.subject(), subject);
        if (violation != null) {
            throw new CertificateException(violation);
        }
        Bytes issuer = ca.fingerprint().raw();
        return issue(new DetailsV1(subject, false, issuer, 0, publicKey), key);
    }

    private static Certificate issue(DetailsV1 details, Ed25519PrivateKey key)
            throws CertificateException {
        String violation = details.violation();
        if (violation != null) {
            throw new CertificateException(violation);
        }
        return new CertificateV1(details, key.sign(EncoderV1.details(details)));
    }
}
