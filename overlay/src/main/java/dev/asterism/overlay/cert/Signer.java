package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import org.jspecify.annotations.Nullable;

/** A CA with its key: issues certificates, checking every rule first (spec certificates.md 4). */
public final class Signer {

    private final Certificate ca;
    private final SigningKey key;

    /** Borrows the key. */
    public Signer(Certificate ca, SigningKey key) throws CertificateException {
        if (ca.curve() != key.curve() || !ca.publicKey().equals(key.publicKey())) {
            throw new CertificateException(
                    "refusing to sign, root certificate does not match private key");
        }
        if (!ca.isCa()) {
            throw new CertificateException("signing certificate is not a CA");
        }
        this.ca = ca;
        this.key = key;
    }

    /** A new CA of version 1 that signed itself. */
    public static Certificate selfSigned(Subject limits, SigningKey key)
            throws CertificateException {
        return selfSigned(1, limits, key);
    }

    /** A new CA of version 1 or 2 that signed itself. */
    public static Certificate selfSigned(int version, Subject limits, SigningKey key)
            throws CertificateException {
        Unsigned certificate = new Unsigned(limits, true, Bytes.EMPTY, key.publicKey());
        return certificate.signed(version, key);
    }

    public Certificate ca() {
        return ca;
    }

    /** A version 1 certificate for a host with this public key, which is of the CA's curve. */
    public Certificate signHost(Subject subject, Bytes publicKey) throws CertificateException {
        return signHost(1, subject, publicKey);
    }

    /** A certificate of version 1 or 2 for a host with this public key, which is of the CA's curve. */
    public Certificate signHost(int version, Subject subject, Bytes publicKey)
            throws CertificateException {
        String violation = CaLimits.violation(ca.subject(), subject);
        if (violation != null) {
            throw new CertificateException(violation);
        }
        Unsigned certificate = new Unsigned(subject, false, ca.fingerprint().raw(), publicKey);
        return certificate.signed(version, key);
    }

    /**
     * Whether this CA could sign a host certificate that says this, judged without the CA's key and the host's.
     *
     * @return the first broken rule, or null
     */
    public static @Nullable String violation(Certificate ca, int version, Subject subject) {
        String limit = CaLimits.violation(ca.subject(), subject);
        if (limit != null) {
            return limit;
        }
        Bytes issuer = ca.fingerprint().raw();
        if (version == 1) {
            return new DetailsV1(subject, false, issuer, ca.curveNumber(), ca.publicKey())
                    .violation();
        }
        DetailsV2 details = new DetailsV2(subject, false, issuer, 0);
        String unreadable = details.unreadable();
        return unreadable == null ? details.violation() : unreadable;
    }

    private record Unsigned(Subject subject, boolean isCa, Bytes issuer, Bytes publicKey) {

        Certificate signed(int version, SigningKey key) throws CertificateException {
            int curve = key.curve() == Curve.P256 ? 1 : 0;
            return switch (version) {
                case 1 -> signedV1(new DetailsV1(subject, isCa, issuer, curve, publicKey), key);
                case 2 -> signedV2(new DetailsV2(subject, isCa, issuer, 0), curve, key);
                default -> throw new IllegalArgumentException("version " + version);
            };
        }

        private static Certificate signedV1(DetailsV1 details, SigningKey key)
                throws CertificateException {
            requireNone(details.violation());
            return new CertificateV1(details, key.sign(EncoderV1.details(details)));
        }

        private Certificate signedV2(DetailsV2 details, int curve, SigningKey key)
                throws CertificateException {
            requireNone(details.unreadable());
            requireNone(publicKey.isEmpty() ? "invalid public key" : details.violation());
            Bytes raw = EncoderV2.details(details);
            Bytes signature = key.sign(EncoderV2.signedBytes(raw, curve, publicKey));
            return new CertificateV2(details, raw, curve, publicKey, signature);
        }

        private static void requireNone(@Nullable String violation) throws CertificateException {
            if (violation != null) {
                throw new CertificateException(violation);
            }
        }
    }
}
