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

    /** True before notBefore and after notAfter; both ends inclusive. */
    default boolean expiredAt(Instant time) {
        return time.isBefore(notBefore()) || time.isAfter(notAfter());
    }
}
