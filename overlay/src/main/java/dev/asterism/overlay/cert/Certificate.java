package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import java.time.Instant;
import java.util.List;

/**
 * A decoded certificate, host or CA (spec certificates.md 1). Immutable. Decoding promises form, not
 * trust: only {@link CaPool} makes a {@link VerifiedCertificate}.
 */
public sealed interface Certificate permits CertificateV1 {

    /** 1 or 2. */
    int version();

    /** All that the holder asked for in one value. */
    Claims claims();

    String name();

    /** Addresses with the prefix of their network, host bits kept; the first is the primary one. */
    List<Cidr> networks();

    List<Cidr> unsafeNetworks();

    List<String> groups();

    boolean isCa();

    Instant notBefore();

    Instant notAfter();

    /** Lower-case hex fingerprint of the CA, empty for a CA. */
    String issuer();

    Curve curve();

    /** The curve as it stands on the wire, also when unrecognised. */
    int curveNumber();

    /** X25519 (32 bytes) for hosts, Ed25519 (32 bytes) for CAs. */
    Bytes publicKey();

    Bytes signature();

    /** What the signature covers. */
    Bytes signedBytes();

    /** The stored form, as in PEM. */
    Bytes encoded();

    /** The form inside a handshake: without the public key. */
    Bytes handshakeForm();

    /** Lower-case hex SHA-256, signature and key included. */
    String fingerprint();

    /**
     * Decodes what a handshake carries; never throws.
     *
     * @param certVersion field 8 of the payload, 0 when absent (spec wire.md 4.5)
     * @param staticKey the peer's Noise static key: it takes the place of the public key
     * @param own our certificate's curve, which the peer's must equal
     */
    static Decoded decodeHandshake(int certVersion, Bytes form, Bytes staticKey, Curve own) {
        Decoded decoded =
                switch (certVersion) {
                    case 0, 1 -> CertificateV1.decodeHandshake(form, staticKey);
                    case 2 -> new Decoded.Invalid("certificate version not supported yet: 2");
                    default ->
                            new Decoded.Invalid(
                                    "certificate version unrecognized: "
                                            + Integer.toUnsignedString(certVersion));
                };
        if (decoded instanceof Decoded.Valid(Certificate certificate)
                && certificate.curve() != own) {
            return new Decoded.Invalid("certificate curve does not match ours");
        }
        return decoded;
    }

    /** True before notBefore and after notAfter; both ends inclusive. */
    default boolean expiredAt(Instant time) {
        return time.isBefore(notBefore()) || time.isAfter(notAfter());
    }
}
