package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decoded certificate, host or CA (spec certificates.md 1). Immutable. Decoding promises form, not
 * trust: what a peer shows is a {@link Claim}, and only {@link CaPool} makes a {@link VerifiedCertificate}.
 */
public sealed interface Certificate permits CertificateV1, CertificateV2 {

    /** 1 or 2. */
    int version();

    /** Name, networks, groups and time in one value. */
    Subject subject();

    default String name() {
        return subject().name();
    }

    /** Addresses with the prefix of their network, host bits kept; the first is the primary one. */
    default List<Cidr> networks() {
        return subject().networks();
    }

    default List<Cidr> unsafeNetworks() {
        return subject().unsafeNetworks();
    }

    default List<String> groups() {
        return subject().groups();
    }

    boolean isCa();

    default Instant notBefore() {
        return Subject.instant(subject().notBefore());
    }

    default Instant notAfter() {
        return Subject.instant(subject().notAfter());
    }

    /** How long it is valid, from its first second to its last. */
    default Duration life() {
        return Duration.between(notBefore(), notAfter());
    }

    /** Whether it ends with this CA, so that the CA can give none that ends later. */
    default boolean endsWith(Certificate ca) {
        // What is to last as long as the CA ends one second before it: HostGrant.lastSecond.
        return Duration.between(notAfter(), ca.notAfter()).toSeconds() <= 1;
    }

    /** The CA that signed it; null for a CA, and where the field holds anything but 32 bytes. */
    @Nullable Fingerprint issuer();

    /** The issuer field for people: what stands there in lower-case hex, empty for a CA. */
    String issuerText();

    default Curve curve() {
        return Curve.ofNumber(curveNumber());
    }

    /** The curve as it stands on the wire, also when unrecognised. */
    int curveNumber();

    /** Of Curve25519 32 bytes, X25519 for hosts and Ed25519 for CAs; of P-256 an uncompressed point, 65 bytes. */
    Bytes publicKey();

    Bytes signature();

    /** What the signature covers. */
    Bytes signedBytes();

    /** The stored form, as in PEM. */
    Bytes encoded();

    /** The form inside a handshake: without the public key. */
    Bytes handshakeForm();

    /**
     * Gives back the memory of encodings that were made when asked for, the fingerprint apart; they are made anew when
     * they are asked for again. Changes nothing that can be seen.
     */
    default void forgetEncodings() {}

    /**
     * An equal one that shares the name of its CA with all others of that CA: a lighthouse keeps thousands.
     *
     * @param ca the fingerprint that {@link #issuer} says
     * @param raw its raw form
     */
    Certificate withSharedIssuer(Fingerprint ca, Bytes raw);

    /** The SHA-256 digest that names the certificate, taken over all of it, signature and key included. */
    Fingerprint fingerprint();

    /** The fingerprint that it would have with another signature. */
    Fingerprint fingerprintWith(Bytes otherSignature);

    /**
     * The fingerprint under which the same certificate can be shown as well: each signature of
     * P-256 has a second form that verifies (CVE-2026-25793). Null for other curves.
     */
    default @Nullable Fingerprint alternateFingerprint() {
        if (curve() != Curve.P256) {
            return null;
        }
        Bytes turned = EcdsaP256.turned(signature());
        return turned == null ? null : fingerprintWith(turned);
    }

    /** True before notBefore and after notAfter; both ends inclusive. */
    default boolean expiredAt(Instant time) {
        return time.isBefore(notBefore()) || time.isAfter(notAfter());
    }
}
