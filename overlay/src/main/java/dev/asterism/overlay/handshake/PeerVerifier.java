package dev.asterism.overlay.handshake;

import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Claim;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.Verification;
import dev.asterism.overlay.cert.VerifiedCertificate;
import dev.asterism.overlay.handshake.HandshakeStep.Claimed;
import dev.asterism.overlay.handshake.HandshakeStep.Rejected;
import dev.asterism.overlay.handshake.HandshakeStep.Verified;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.tunnel.StrangerDoor;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * From the certificate bytes of a handshake to a verified peer (spec wire.md 4.5, certificates.md
 * 6), for both roles. Remembers certificates whose signature has been checked, so that a known peer
 * costs neither decoding nor curve work.
 *
 * <p>Remembered is only what a CA of ours has signed, under a digest of its canonical form and key:
 * anybody can add bytes to a copy of a certificate that decoders skip, and such a copy is found
 * under the same digest after decoding. One thread.
 */
final class PeerVerifier {

    private static final int REMEMBERED = 2048;

    private final StrangerDoor door;
    private final Map<Fingerprint, VerifiedCertificate> known =
            new LinkedHashMap<>(16, 0.75f, true);

    /**
     * @param door is told whose certificates are remembered
     */
    PeerVerifier(StrangerDoor door) {
        this.door = door;
    }

    /**
     * Looks up, or else decodes, what {@code payload} shows.
     *
     * @param staticKey the peer's Noise static key
     * @param own the curve that the peer's certificate must have, that of ours
     * @param mayDecode asked before anything unknown is decoded, as its signature would have to be checked next
     */
    HandshakeStep.Reading read(
            HandshakePayload payload, Bytes staticKey, Curve own, BooleanSupplier mayDecode) {
        VerifiedCertificate before = known.get(Fingerprint.of(payload.cert(), staticKey));
        if (before != null && isOfVersion(before, payload.certVersion())) {
            return claimed(payload, Claim.of(before), before, own);
        }
        if (!mayDecode.getAsBoolean()) {
            return new Rejected(HandshakeRejection.OVER_BUDGET, "signature checks");
        }
        return switch (Claim.decode(payload.certVersion(), payload.cert(), staticKey, own)) {
            case Claim.WellFormed claim -> claimed(payload, claim, null, own);
            case Claim.Unreadable unreadable ->
                    new Rejected(causeOf(unreadable.fault()), unreadable.detail(), unreadable);
        };
    }

    /** The same bytes under another version are another certificate. */
    private static boolean isOfVersion(VerifiedCertificate known, int certVersion) {
        return known.certificate().version() == (certVersion == 0 ? 1 : certVersion);
    }

    private static HandshakeStep.Reading claimed(
            HandshakePayload payload,
            Claim.WellFormed claim,
            @Nullable VerifiedCertificate before,
            Curve own) {
        return claim.curve() == own
                ? new Claimed(payload, claim, before)
                : new Rejected(HandshakeRejection.CURVE, claim.curve().name(), claim);
    }

    /**
     * Verifies a claim against the pool at this time.
     *
     * @param signatureCheck asked before a signature is checked
     */
    HandshakeStep.Judgement verify(
            Claimed claimed, CaPool cas, BooleanSupplier signatureCheck, Tick now) {
        Claim.WellFormed claim = claimed.claim();
        Fingerprint place = null;
        VerifiedCertificate before = claimed.before();
        if (before == null && cas.knowsIssuer(claim)) {
            place = placeOf(claim);
            before = known.get(place);
        }
        if (before != null
                && cas.recheck(before, now.wall()) instanceof Verification.Accepted accepted) {
            return new Verified(claimed.payload(), accepted.certificate());
        }
        Verification.@Nullable Refused early = cas.precheck(claim, now.wall());
        if (early == null && !signatureCheck.getAsBoolean()) {
            return new Rejected(HandshakeRejection.OVER_BUDGET, "signature checks", claim);
        }
        return switch (early != null ? early : cas.verify(claim, now.wall())) {
            case Verification.Accepted(VerifiedCertificate peer) -> {
                remember(place != null ? place : placeOf(claim), peer);
                peer.certificate().forgetEncodings(); // a lighthouse keeps thousands
                yield new Verified(claimed.payload(), peer);
            }
            case Verification.Refused(Verification.Reason reason, String message) ->
                    new Rejected(causeOf(reason), message, claim);
        };
    }

    private void remember(Fingerprint place, VerifiedCertificate peer) {
        if (known.put(place, peer) == null) {
            door.acquaint(peer.certificate().publicKey());
        }
        if (known.size() > REMEMBERED) {
            Iterator<VerifiedCertificate> oldest = known.values().iterator();
            door.forget(oldest.next().certificate().publicKey());
            oldest.remove();
        }
    }

    private static Fingerprint placeOf(Claim.WellFormed claim) {
        return Fingerprint.of(claim.handshakeForm(), claim.publicKey());
    }

    private static HandshakeRejection causeOf(Claim.Fault fault) {
        return switch (fault) {
            case VERSION -> HandshakeRejection.CERTIFICATE_VERSION;
            case FORM -> HandshakeRejection.BAD_CERTIFICATE;
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
}
