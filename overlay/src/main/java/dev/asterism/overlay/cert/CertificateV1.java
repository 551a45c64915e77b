package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Version 1: protobuf, IPv4 only (spec certificates.md 2). Signature and fingerprint are taken over the
 * canonical re-encoding, so whatever a decoder ignores does not survive. Encodings are made when first asked for: most
 * certificates that strangers show are refused before. Two threads that ask at once make equal ones.
 */
public final class CertificateV1 implements Certificate {

    private final DetailsV1 details;
    private final Bytes signature;
    private final @Nullable Fingerprint issuer;
    private @Nullable Bytes signedBytes;
    private @Nullable Bytes encoded;
    private @Nullable Bytes handshakeForm;
    private @Nullable Fingerprint fingerprint;
    private @Nullable Fingerprint alternateFingerprint;

    CertificateV1(DetailsV1 details, Bytes signature) {
        this(details, signature, Fingerprint.ofRaw(details.issuer()));
    }

    private CertificateV1(DetailsV1 details, Bytes signature, @Nullable Fingerprint issuer) {
        this.details = details;
        this.signature = signature;
        this.issuer = issuer;
    }

    /** Decodes the stored form. */
    public static Decoded decode(Bytes stored) {
        try {
            return validated(DecoderV1.decode(stored));
        } catch (CertificateException e) {
            return invalid(e);
        }
    }

    /** Decodes the form inside a handshake; {@code staticKey} takes the place of the missing key. */
    static Decoded decodeHandshake(Bytes form, Bytes staticKey) {
        try {
            return validated(DecoderV1.decodeHandshake(form, staticKey));
        } catch (CertificateException e) {
            return invalid(e);
        }
    }

    private static Decoded validated(DecoderV1.Raw raw) {
        String violation = raw.details().violation();
        return violation == null
                ? new Decoded.Valid(new CertificateV1(raw.details(), raw.signature()))
                : new Decoded.Invalid(violation);
    }

    private static Decoded invalid(CertificateException e) {
        String message = e.getMessage();
        return new Decoded.Invalid(message == null ? "bad certificate" : message);
    }

    @Override
    public int version() {
        return 1;
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
        return issuer;
    }

    @Override
    public String issuerText() {
        return details.issuer().hex();
    }

    @Override
    public int curveNumber() {
        return details.curveNumber();
    }

    @Override
    public Bytes publicKey() {
        return details.publicKey();
    }

    @Override
    public Bytes signature() {
        return signature;
    }

    @Override
    public Bytes signedBytes() {
        Bytes made = signedBytes;
        if (made == null) {
            made = EncoderV1.details(details);
            signedBytes = made;
        }
        return made;
    }

    @Override
    public Bytes encoded() {
        Bytes made = encoded;
        if (made == null) {
            made = EncoderV1.certificate(signedBytes(), signature);
            encoded = made;
        }
        return made;
    }

    @Override
    public Bytes handshakeForm() {
        Bytes made = handshakeForm;
        if (made == null) {
            Bytes withoutKey = EncoderV1.details(details.withPublicKey(Bytes.EMPTY));
            made = EncoderV1.certificate(withoutKey, signature);
            handshakeForm = made;
        }
        return made;
    }

    @Override
    public void forgetEncodings() {
        signedBytes = null;
        encoded = null;
        handshakeForm = null;
    }

    @Override
    public Certificate withSharedIssuer(Fingerprint ca, Bytes raw) {
        CertificateV1 equal = new CertificateV1(details.withIssuer(raw), signature, ca);
        equal.fingerprint = fingerprint;
        equal.alternateFingerprint = alternateFingerprint;
        return equal;
    }

    @Override
    public Fingerprint fingerprint() {
        Fingerprint made = fingerprint;
        if (made == null) {
            made = Fingerprint.of(encoded());
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
        return Fingerprint.of(EncoderV1.certificate(signedBytes(), otherSignature));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CertificateV1 that && encoded().equals(that.encoded());
    }

    @Override
    public int hashCode() {
        return encoded().hashCode();
    }

    @Override
    public String toString() {
        return "v1 \"" + name() + "\" " + fingerprint();
    }
}
