package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decoded certificate, host or CA (spec certificates.md 1). Immutable. Decoding promises form, not
 * trust: what a peer shows is a {@link Claim}, and only {@link CaPool} makes a {@link VerifiedCertificate}.
 */
public sealed interface Certificate permits CertificateV1 {

    /** 1 or 2. */
    int version();

    /** Name, networks, groups and time in one value. */
    Subject subject();

    String name();

    /** Addresses with the prefix of their network, host bits kept; the first is the primary one. */
    List<Cidr> networks();

    List<Cidr> unsafeNetworks();

    List<String> groups();

    boolean isCa();

    Instant notBefore();

    Instant notAfter();

    /** The CA that signed it; null for a CA, and where the field holds anything but 32 bytes. */
    @Nullable Fingerprint issuer();

    /** The issuer field for people: what stands there in lower-case hex, empty for a CA. */
    String issuerText();

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

    /** SHA-256 of the stored form: signature and key included. */
    Fingerprint fingerprint();

    /** True before notBefore and after notAfter; both ends inclusive. */
    default boolean expiredAt(Instant time) {
        return time.isBefore(notBefore()) || time.isAfter(notAfter());
    }
}
