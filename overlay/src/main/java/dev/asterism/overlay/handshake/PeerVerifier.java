package dev.asterism.overlay.handshake;

import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateV1;
import dev.asterism.overlay.cert.Decoded;
import dev.asterism.overlay.cert.Verification;
import dev.asterism.overlay.cert.VerifiedCertificate;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From the certificate bytes of a handshake to a verified peer (spec wire.md 4.5, certificates.md 6). Remembers
 * certificates whose signature has been checked, so that a known peer costs neither decoding nor curve work.
 *
 * <p>Remembered is only what a CA of ours has signed, under a digest of its canonical form and key: anybody can add
 * bytes to a copy of a certificate that decoders skip, and such a copy is found under the same digest after decoding.
 */
final class PeerVerifier {

    private static final int REMEMBERED = 2048;

    private final Digest digest = new Digest();

    /** What a handshake message shows; nothing of it is proven. */
    sealed interface Claim {

        /** @param before what was remembered for the very bytes, to be rechecked */
        record Shown(Certificate certificate, @Nullable VerifiedCertificate before)
                implements Claim {}

        record Unreadable(HandshakeRejection reason, String detail, ClaimedIdentity claimed)
                implements Claim {}
    }

    sealed interface Result {
        record Verified(VerifiedCertificate peer) implements Result {}

        record Rejected(HandshakeRejection reason, String detail) implements Result {}
    }

    /** Asked before a signature check. */
    @FunctionalInterface
    interface Permission {
        boolean granted();
    }

    private final Map<Bytes, VerifiedCertificate> known =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Bytes, VerifiedCertificate> eldest) {
                    return size() > REMEMBERED;
                }
            };

    /** Looks up or decodes what {@code payload} shows. */
    Claim read(HandshakePayload payload, Bytes staticKey, Certificate ours) {
        if (payload.certVersion() == 2) {
            return new Claim.Unreadable(
                    HandshakeRejection.CERTIFICATE_VERSION,
                    "version 2 is not supported yet",
                    ClaimedIdentity.ofVersion2(payload.cert()));
        }
        if (payload.certVersion() > 2 || payload.certVersion() < 0) {
            return unreadable(
                    HandshakeRejection.CERTIFICATE_VERSION,
                    "version " + Integer.toUnsignedString(payload.certVersion()));
        }
        VerifiedCertificate before = known.get(digest.of(payload.cert(), staticKey));
        if (before != null) {
            return shown(before.certificate(), before, ours);
        }
        return switch (CertificateV1.decodeHandshake(payload.cert(), staticKey)) {
            case Decoded.Invalid(String message) ->
                    unreadable(HandshakeRejection.BAD_CERTIFICATE, message);
            case Decoded.Valid(Certificate claimed) -> shown(claimed, null, ours);
        };
    }

    private static Claim shown(
            Certificate claimed, @Nullable VerifiedCertificate before, Certificate ours) {
        return claimed.curve() == ours.curve()
                ? new Claim.Shown(claimed, before)
                : new Claim.Unreadable(
                        HandshakeRejection.CURVE,
                        claimed.curve().name(),
                        ClaimedIdentity.of(claimed));
    }

    /** Verifies a claim against the pool at this time. */
    Result verify(Claim.Shown claim, CaPool cas, Permission signatureCheck, Tick now) {
        Certificate claimed = claim.certificate();
        Bytes place = null;
        VerifiedCertificate before = claim.before();
        if (before == null && cas.knowsIssuer(claimed.issuer())) {
            place = digest.of(claimed.handshakeForm(), claimed.publicKey());
            before = known.get(place);
        }
        if (before != null
                && cas.recheck(before, now.wall()) instanceof Verification.Accepted accepted) {
            return new Result.Verified(accepted.certificate());
        }
        Verification.@Nullable Refused early = cas.precheck(claimed, now.wall());
        if (early == null && !signatureCheck.granted()) {
            return refused(HandshakeRejection.OVER_BUDGET, "signature checks");
        }
        return switch (early != null ? early : cas.verify(claimed, now.wall())) {
            case Verification.Accepted(VerifiedCertificate peer) -> {
                known.put(
                        place != null
                                ? place
                                : digest.of(claimed.handshakeForm(), claimed.publicKey()),
                        peer);
                yield new Result.Verified(peer);
            }
            case Verification.Refused(Verification.Reason reason, String message) ->
                    refused(causeOf(reason), message);
        };
    }

    private static HandshakeRejection causeOf(Verification.Reason reason) {
        return switch (reason) {
            case BLOCKLISTED -> HandshakeRejection.BLOCKLISTED;
            case NO_ISSUER, UNKNOWN_ISSUER -> HandshakeRejection.UNKNOWN_CA;
            case CA_EXPIRED, EXPIRED -> HandshakeRejection.OUT_OF_DATE;
            case CURVE_MISMATCH -> HandshakeRejection.CURVE;
            case SIGNER_CHANGED, BAD_SIGNATURE, OUTSIDE_CA_LIMITS -> HandshakeRejection.UNTRUSTED;
        };
    }

    private static Result refused(HandshakeRejection reason, String detail) {
        return new Result.Rejected(reason, detail);
    }

    private static Claim unreadable(HandshakeRejection reason, String detail) {
        return new Claim.Unreadable(reason, detail, ClaimedIdentity.UNKNOWN);
    }
}
