package dev.asterism.overlay.handshake;

import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateV1;
import dev.asterism.overlay.cert.Decoded;
import dev.asterism.overlay.cert.Verification;
import dev.asterism.overlay.cert.VerifiedCertificate;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.noise.HandshakePayload;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From the certificate bytes of a handshake to a verified peer (spec wire.md 4.5, certificates.md 6). Remembers
 * certificates whose signature has been checked, so that a known peer costs no curve work here.
 */
final class PeerVerifier {

    private static final int REMEMBERED = 2048;

    sealed interface Result {
        record Verified(VerifiedCertificate peer) implements Result {}

        record Refused(HandshakeRefusal reason, String detail) implements Result {}
    }

    /** Asked before a signature check. */
    @FunctionalInterface
    interface Permission {
        boolean granted();
    }

    private record Shown(Bytes certificate, Bytes staticKey) {}

    private final Map<Shown, VerifiedCertificate> known =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Shown, VerifiedCertificate> eldest) {
                    return size() > REMEMBERED;
                }
            };

    /** Decodes only; what comes out is a claim. */
    static Result decode(HandshakePayload payload, Bytes staticKey, Certificate ours) {
        if (payload.certVersion() == 2) {
            return refused(HandshakeRefusal.CERTIFICATE_VERSION, "version 2 is not supported yet");
        }
        if (payload.certVersion() > 2 || payload.certVersion() < 0) {
            return refused(
                    HandshakeRefusal.CERTIFICATE_VERSION, "version " + payload.certVersion());
        }
        return switch (CertificateV1.decodeHandshake(payload.cert(), staticKey)) {
            case Decoded.Invalid(String message) ->
                    refused(HandshakeRefusal.BAD_CERTIFICATE, message);
            case Decoded.Valid(Certificate claimed) ->
                    claimed.curve() == ours.curve()
                            ? new Result.Verified(new VerifiedCertificate(claimed, claimed))
                            : refused(HandshakeRefusal.CURVE, claimed.curve().name());
        };
    }

    /** Verifies a decoded claim against the pool at this time. */
    Result verify(
            HandshakePayload payload,
            Certificate claimed,
            CaPool cas,
            Permission signatureCheck,
            Tick now) {
        Shown shown = new Shown(payload.cert(), claimed.publicKey());
        VerifiedCertificate before = known.get(shown);
        if (before != null
                && cas.recheck(before, now.wall()) instanceof Verification.Accepted accepted) {
            return new Result.Verified(accepted.certificate());
        }
        Verification.@Nullable Refused early = cas.precheck(claimed, now.wall());
        if (early == null && !signatureCheck.granted()) {
            return refused(HandshakeRefusal.OVER_BUDGET, "signature checks");
        }
        return switch (early != null ? early : cas.verify(claimed, now.wall())) {
            case Verification.Accepted(VerifiedCertificate peer) -> {
                known.put(shown, peer);
                yield new Result.Verified(peer);
            }
            case Verification.Refused(Verification.Reason reason, String message) ->
                    refused(
                            reason == Verification.Reason.BLOCKLISTED
                                    ? HandshakeRefusal.BLOCKLISTED
                                    : HandshakeRefusal.UNTRUSTED,
                            message);
        };
    }

    private static Result refused(HandshakeRefusal reason, String detail) {
        return new Result.Refused(reason, detail);
    }
}
