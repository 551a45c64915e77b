package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Version 2: DER, IPv4 and IPv6 (spec certificates.md 3). Signature and fingerprint are taken over
 * the details as they were received, with the curve and the key behind them. Encodings are made
 * when first asked for. Two threads that ask at once make equal ones.
 */
public final class CertificateV2 implements Certificate {

    private final DetailsV2 details;
    private final Bytes rawDetails;
    private final int curveNumber;
    private final Bytes publicKey;
    private final Bytes signature;
    private @Nullable Fingerprint fingerprint;
    private @Nullable Fingerprint alternateFingerprint;

    CertificateV2(
            DetailsV2 details,
            Bytes rawDetails,
            int curveNumber,
            Bytes publicKey,
            Bytes signature) {
        this.details = details;
        this.rawDetails = rawDetails;
        this.curveNumber = curveNumber;
        this.publicKey = publicKey;
        this.signature = signature;
    }

    /** Decodes the stored form. */
    public static Decoded decode(Bytes stored) {
        try {
            return new Decoded.Valid(DecoderV2.decode(stored));
        } catch (CertificateException e) {
            return invalid(e);
        }
    }

    /**
     * Decodes the form inside a handshake, which has neither key nor curve.
     *
     * @param staticKey the peer's Noise static key
     * @param curveNumber that of the receiver's own certificate
     */
    static Decoded decodeHandshake(Bytes form, Bytes staticKey, int curveNumber) {
        try {
            return new Decoded.Valid(DecoderV2.decodeHandshake(form, staticKey, curveNumber));
        } catch (CertificateException e) {
            return invalid(e);
        }
    }

    private static Decoded invalid(CertificateException e) {
        String message = e.getMessage();
        return new Decoded.Invalid(message == null ? DerReader.BAD : message);
    }

    @Override
    public int version() {
        return 2;
    }

    @Override
    public Subject subject() {
        return details.subject();
    }

    @Override
    public boolean isCa() {
        return details.isCa();
    }

    @Override
    public @Nullable Fingerprint issuer() {
        return Fingerprint.ofRaw(details.issuer());
    }

    @Override
    public String issuerText() {
        return details.issuer().hex();
    }

    @Override
    public int curveNumber() {
        return curveNumber;
    }

    @Override
    public Bytes publicKey() {
        return publicKey;
    }

    @Override
    public Bytes signature() {
        return signature;
    }

    @Override
    public Bytes signedBytes() {
        return EncoderV2.signedBytes(rawDetails, curveNumber, publicKey);
    }

    @Override
    public Bytes encoded() {
        return EncoderV2.certificate(rawDetails, curveNumber, publicKey, signature);
    }

    @Override
    public Bytes handshakeForm() {
        return EncoderV2.handshakeForm(rawDetails, signature);
    }

    @Override
    public Certificate withSharedIssuer(Fingerprint ca, Bytes raw) {
        CertificateV2 equal =
                new CertificateV2(
                        details.withIssuer(raw), rawDetails, curveNumber, publicKey, signature);
        equal.fingerprint = fingerprint;
        equal.alternateFingerprint = alternateFingerprint;
        return equal;
    }

    @Override
    public Fingerprint fingerprint() {
        Fingerprint made = fingerprint;
        if (made == null) {
            made = fingerprintWith(signature);
            fingerprint = made;
        }
        return made;
    }

    /** Made once: those who look into block lists ask again and again. */
    @Override
    public @Nullable Fingerprint alternateFingerprint() {
        Fingerprint made = alternateFingerprint;
        if (made == null) {
            made = Certificate.super.alternateFingerprint();
            alternateFingerprint = made;
        }
        return made;
    }

    @Override
    public Fingerprint fingerprintWith(Bytes otherSignature) {
        return Fingerprint.of(signedBytes(), otherSignature);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CertificateV2 that && fingerprint().equals(that.fingerprint());
    }

    @Override
    public int hashCode() {
        return fingerprint().hashCode();
    }

    @Override
    public String toString() {
        return "v2 \"" + name() + "\" " + fingerprint();
    }
}
