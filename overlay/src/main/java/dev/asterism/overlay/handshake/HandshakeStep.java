package dev.asterism.overlay.handshake;

import dev.asterism.overlay.cert.Claim;
import dev.asterism.overlay.cert.VerifiedCertificate;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.SessionKeys;
import dev.asterism.overlay.tunnel.HandshakeRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link HandshakeMachine} comes to, step by step; between two steps its owner decides
 * whether the next is worth its cost.
 */
sealed interface HandshakeStep {

    /**
     * Message 1 is made; it may be sent as often as needed.
     *
     * @param localIndex what message 2 will name in its header
     * @param datagram with its header
     */
    record Send(int localIndex, Bytes datagram) implements HandshakeStep {}

    /** After a message was read. */
    sealed interface Reading extends HandshakeStep permits Claimed, Rejected {}

    /** After a claim was verified. */
    sealed interface Judgement extends HandshakeStep permits Verified, Rejected {}

    /** After the session was made, or could not be made. */
    sealed interface Ending extends HandshakeStep permits Established, Rejected {}

    /**
     * The message is well formed, and this is who its sender says it is. Nothing of that is proven.
     *
     * @param before what was verified before for the very same bytes, to be rechecked
     */
    record Claimed(
            HandshakePayload payload, Claim.WellFormed claim, @Nullable VerifiedCertificate before)
            implements Reading {}

    /**
     * A CA of ours vouches for the peer's certificate. Its sender may still have copied it: message
     * 1 proves no more.
     */
    record Verified(HandshakePayload payload, VerifiedCertificate peer) implements Judgement {}

    /**
     * Both ends have keys.
     *
     * @param keys for whoever makes the session, who wipes them
     * @param origin how it came about; the responder sends its {@code message2}
     */
    record Established(
            SessionKeys keys,
            VerifiedCertificate peer,
            int localIndex,
            int remoteIndex,
            HandshakeRecord origin)
            implements Ending {}

    /**
     * The message is not followed, and nobody is answered. An initiator's machine stands as it was
     * and can read another message; a responder's is over.
     *
     * @param detail for people; empty when the reason says all
     * @param claim who the sender says it is; null where that was not read or does not matter
     */
    record Rejected(HandshakeRejection reason, String detail, @Nullable Claim claim)
            implements Reading, Judgement, Ending {

        Rejected(HandshakeRejection reason, String detail) {
            this(reason, detail, null);
        }
    }
}
