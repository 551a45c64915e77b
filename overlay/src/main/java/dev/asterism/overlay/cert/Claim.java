package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import java.time.Instant;
import java.util.List;

/**
 * Who a peer says it is: the certificate in its handshake message. Nothing of it is proven, so the
 * certificate stays inside; {@link CaPool#verify(WellFormed, Instant)} makes a {@link
 * VerifiedCertificate} of it or says why not. Immutable.
 */
public sealed interface Claim {

    /** For logs; empty when it could not be read. */
    String name();

    /** The CA that it names, as {@link Certificate#issuerText}, for logs; empty when it could not be read. */
    String issuerText();

    /**
     * Decodes what a handshake carries (spec wire.md 4.5); never throws. The one place that knows
     * which versions there are.
     *
     * @param certVersion field 8 of the payload, unsigned; 0 and 1 both mean version 1
     * @param form the certificate in handshake form, without its public key
     * @param staticKey the peer's Noise static key, which takes the place of the public key
     * @param own the curve of our certificate, which one of version 2 has as well: its form does not say it
     */
    static Claim decode(int certVersion, Bytes form, Bytes staticKey, Curve own) {
        return switch (certVersion) {
            case 0, 1 -> decoded(CertificateV1.decodeHandshake(form, staticKey));
            case 2 -> decoded(CertificateV2.decodeHandshake(form, staticKey, own.number()));
            default ->
                    new Unreadable(
                            Fault.VERSION,
                            "version " + Integer.toUnsignedString(certVersion),
                            "",
                            "");
        };
    }

    private static Claim decoded(Decoded result) {
        return switch (result) {
            case Decoded.Valid(Certificate certificate) -> new WellFormed(certificate);
            case Decoded.Invalid(String message) -> new Unreadable(Fault.FORM, message, "", "");
        };
    }

    /** That of a peer whose certificate was verified before: time has passed, and other CAs may be trusted now. */
    static WellFormed of(VerifiedCertificate known) {
        return new WellFormed(known.certificate());
    }

    /** Well formed; nothing vouches for it. */
    final class WellFormed implements Claim {

        private final Certificate certificate;

        WellFormed(Certificate certificate) {
            this.certificate = certificate;
        }

        /** For those who verify. */
        Certificate certificate() {
            return certificate;
        }

        @Override
        public String name() {
            return certificate.name();
        }

        @Override
        public String issuerText() {
            return certificate.issuerText();
        }

        /** Overlay addresses, the primary one first; a host certificate has at least one, a CA's may have none. */
        public List<Ip> addresses() {
            return certificate.networks().stream().map(Cidr::address).toList();
        }

        /** Of the certificate: where it is on a block list, every other word of the claim is as the list meant it. */
        public Fingerprint fingerprint() {
            return certificate.fingerprint();
        }

        /** As {@link #fingerprint}, for those who look into block lists later. */
        public CertificateId id() {
            return CertificateId.of(certificate);
        }

        public Curve curve() {
            return certificate.curve();
        }

        /** Of the certificate, 1 or 2. */
        public int version() {
            return certificate.version();
        }

        /** The peer's Noise static key. */
        public Bytes publicKey() {
            return certificate.publicKey();
        }

        /** The canonical handshake form: what decoders skip is not in it. */
        public Bytes handshakeForm() {
            return certificate.handshakeForm();
        }

        @Override
        public String toString() {
            return "claim of " + certificate;
        }
    }

    /**
     * @param detail for people
     */
    record Unreadable(Fault fault, String detail, String name, String issuerText)
            implements Claim {}

    /** What is wrong with what cannot be read. */
    enum Fault {
        /** A version that is not supported. */
        VERSION,
        /** No certificate of its version. */
        FORM
    }
}
