package dev.asterism.overlay.handshake;

import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Credential;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.noise.IxHandshake;
import dev.asterism.overlay.noise.MessageRead;
import dev.asterism.overlay.noise.NoiseCipher;
import dev.asterism.overlay.noise.NoiseSuite;
import dev.asterism.overlay.tunnel.HandshakeRecord;
import dev.asterism.overlay.wire.Header;
import dev.asterism.overlay.wire.MessageType;
import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One handshake, in either role, from datagrams to session keys (spec wire.md 4.5, 5.2, 5.4, 5.5).
 * It decides nothing that depends on the node: no table, no address, no rate, no configuration. Its
 * owner drives it and decides between the steps:
 *
 * <pre>
 * initiator   start  → Send
 * both        read   → Claimed      who the peer says it is; costs no curve work, for an initiator three agreements
 *             verify → Verified     a CA of ours vouches for that; at most one signature check
 *             finish → Established  for a responder four curve operations
 *             each of these → Rejected
 * </pre>
 *
 * An initiator may read another message after each but the last, and only what was read last can be
 * verified and finished: a message 2 proves no more than that its sender saw message 1. Steps out
 * of order are a programmer's error and throw IllegalStateException; what a peer sends never
 * throws. One thread. Nebula: {@code handshake/machine.go}.
 */
final class HandshakeMachine {

    private enum Role {
        INITIATOR,
        RESPONDER
    }

    private final Shared shared;
    private final Role role;
    private final @Nullable LocalIdentity identity;
    private final int extensions;
    private final NoiseSuite suite;

    /** What this end shows; a responder chooses when it has read what its peer shows. */
    private Credential ours;

    /** The initiator's after {@link #start}; a responder's is made when its peer is believed. */
    private @Nullable IxHandshake noise;

    private int localIndex;

    /** What the responder has read, without the header. */
    private Bytes message1 = Bytes.EMPTY;

    private @Nullable HandshakeStep last;

    /** What the machines of a node have in common. One thread. */
    static final class Shared {

        private final NoiseCipher cipher;
        private final RandomSource random;
        private final IntPredicate isUsed;
        private final PeerVerifier verifier;
        private long lastTime;

        /**
         * @param isUsed whether a tunnel or another handshake has this local index
         */
        Shared(
                NoiseCipher cipher,
                RandomSource random,
                IntPredicate isUsed,
                PeerVerifier verifier) {
            this.cipher = cipher;
            this.random = random;
            this.isUsed = isUsed;
            this.verifier = verifier;
        }

        /** Random, not 0, unused (spec wire.md 4.7): with 10,000 tunnels one draw in 400,000 needs a second. */
        private int drawIndex() {
            int index = random.nonZeroInt();
            while (isUsed.test(index)) {
                index = random.nonZeroInt();
            }
            return index;
        }

        /**
         * The wall clock, but never the same or an earlier time twice: peers refuse what looks
         * older than what they have (wire.md 5.4).
         */
        private long timeFor(Tick now) {
            lastTime = Math.max(now.unixNanos(), lastTime + 1);
            return lastTime;
        }
    }

    private HandshakeMachine(
            Shared shared,
            Role role,
            Credential ours,
            @Nullable LocalIdentity identity,
            int extensions) {
        this.shared = shared;
        this.role = role;
        this.ours = ours;
        this.identity = identity;
        this.extensions = extensions;
        this.suite = ours.suite(shared.cipher);
    }

    /**
     * @param ours what this end shows and proves; its curve is the handshake's
     * @param extensions what it shows of {@link dev.asterism.overlay.wire.WireExtensions}
     */
    static HandshakeMachine initiator(Shared shared, Credential ours, int extensions) {
        return new HandshakeMachine(shared, Role.INITIATOR, ours, null, extensions);
    }

    /**
     * As {@link #initiator}.
     *
     * @param identity what this end has to show: that of the peer's version, if there is one
     */
    static HandshakeMachine responder(Shared shared, LocalIdentity identity, int extensions) {
        return new HandshakeMachine(
                shared, Role.RESPONDER, identity.credential(), identity, extensions);
    }

    /** The initiator's first step. */
    HandshakeStep.Send start(Tick now) {
        if (role != Role.INITIATOR || last != null) {
            throw new IllegalStateException("not the first step of an initiator");
        }
        localIndex = shared.drawIndex();
        IxHandshake started =
                IxHandshake.initiator(suite, ours.keys(), suite.dh().generate(shared.random));
        noise = started;
        byte[] message = started.writeMessage1(payload(localIndex, 0, now));
        HandshakeStep.Send send = new HandshakeStep.Send(localIndex, datagram(0, 1, message));
        last = send;
        return send;
    }

    /** The shortest message 1 that can be read, with its header. */
    int shortestMessage1() {
        return Header.LENGTH + 2 * suite.dh().publicKeyBytes();
    }

    /**
     * Reads the peer's message: a responder message 1, an initiator a message 2.
     *
     * @param datagram with its header, which is not looked at
     */
    HandshakeStep.Reading read(Bytes datagram) {
        return read(datagram, _ -> true);
    }

    /**
     * As above.
     *
     * @param mayDecode asked with the claimed static key before a responder decodes a certificate that it has not seen
     */
    HandshakeStep.Reading read(Bytes datagram, Predicate<Bytes> mayDecode) {
        HandshakeStep.Reading step = readBody(datagram, mayDecode);
        last = step;
        return step;
    }

    private HandshakeStep.Reading readBody(Bytes datagram, Predicate<Bytes> mayDecode) {
        if (datagram.length() < Header.LENGTH) {
            return new HandshakeStep.Rejected(HandshakeRejection.TOO_SHORT, "");
        }
        Bytes body = datagram.slice(Header.LENGTH, datagram.length() - Header.LENGTH);
        return switch (role) {
            case RESPONDER -> readMessage1(body, mayDecode);
            case INITIATOR -> readMessage2(body);
        };
    }

    /**
     * Message 1 is plain text, so a stranger's is read without a Noise state: the curve work comes
     * when its sender is believed.
     */
    private HandshakeStep.Reading readMessage1(Bytes body, Predicate<Bytes> mayDecode) {
        if (last != null) {
            throw new IllegalStateException("a responder reads one message");
        }
        int keyBytes = suite.dh().publicKeyBytes();
        if (body.length() < 2 * keyBytes) {
            return new HandshakeStep.Rejected(HandshakeRejection.TOO_SHORT, "");
        }
        message1 = body;
        Bytes staticKey = body.slice(keyBytes, keyBytes);
        Bytes encoded = body.slice(2 * keyBytes, body.length() - 2 * keyBytes);
        return switch (HandshakePayload.decodeMessage1(encoded)) {
            case HandshakePayload.Decoded.Invalid(HandshakePayload.Reason reason) ->
                    isOfOtherCurve(body)
                            ? new HandshakeStep.Rejected(
                                    HandshakeRejection.CURVE, otherCurve().name())
                            : new HandshakeStep.Rejected(
                                    HandshakeRejection.BAD_PAYLOAD, reason.name());
            case HandshakePayload.Decoded.Valid(HandshakePayload payload) -> {
                HandshakeStep.Reading read =
                        shared.verifier.read(
                                payload, staticKey, ours.curve(), () -> mayDecode.test(staticKey));
                if (read instanceof HandshakeStep.Claimed claimed && identity != null) {
                    ours = identity.answering(claimed.claim().version());
                }
                yield read;
            }
        };
    }

    private Curve otherCurve() {
        return ours.curve() == Curve.P256 ? Curve.CURVE25519 : Curve.P256;
    }

    /** Keys of the other curve have another length, so that the payload stands elsewhere. */
    private boolean isOfOtherCurve(Bytes message) {
        int payloadAt = 2 * otherCurve().publicKeyBytes();
        return message.length() > payloadAt
                && HandshakePayload.decodeMessage1(
                                message.slice(payloadAt, message.length() - payloadAt))
                        instanceof HandshakePayload.Decoded.Valid;
    }

    private HandshakeStep.Reading readMessage2(Bytes body) {
        return switch (started().readMessage2(body.toArray())) {
            case MessageRead.Rejected(MessageRead.Reason reason) ->
                    new HandshakeStep.Rejected(
                            reason == MessageRead.Reason.TOO_SHORT
                                    ? HandshakeRejection.TOO_SHORT
                                    : HandshakeRejection.NOT_FOR_US,
                            "");
            case MessageRead.Read(Bytes encoded, Bytes staticKey) ->
                    switch (HandshakePayload.decodeMessage2(encoded)) {
                        case HandshakePayload.Decoded.Invalid(HandshakePayload.Reason reason) ->
                                new HandshakeStep.Rejected(
                                        HandshakeRejection.BAD_PAYLOAD, reason.name());
                        case HandshakePayload.Decoded.Valid(HandshakePayload payload) ->
                                shared.verifier.read(payload, staticKey, ours.curve(), () -> true);
                    };
        };
    }

    /**
     * Verifies what was read last.
     *
     * @param signatureCheck asked before a signature is checked, which a known peer does not need
     */
    HandshakeStep.Judgement verify(
            HandshakeStep.Claimed claimed, CaPool cas, BooleanSupplier signatureCheck, Tick now) {
        require(claimed);
        HandshakeStep.Judgement step = shared.verifier.verify(claimed, cas, signatureCheck, now);
        last = step;
        return step;
    }

    /** Makes the session with the peer that was verified last; the machine is over then. */
    HandshakeStep.Ending finish(HandshakeStep.Verified verified, Tick now) {
        require(verified);
        HandshakeStep.Ending step =
                switch (role) {
                    case INITIATOR -> complete(verified);
                    case RESPONDER -> answer(verified, now);
                };
        last = step;
        return step;
    }

    private HandshakeStep.Ending complete(HandshakeStep.Verified verified) {
        HandshakePayload payload = verified.payload();
        HandshakeRecord origin =
                new HandshakeRecord(
                        true,
                        Bytes.EMPTY,
                        Bytes.EMPTY,
                        payload.time(),
                        ours.certificate(),
                        extensions & payload.extensions(),
                        payload.isOfRecentSender());
        return new HandshakeStep.Established(
                started().split(), verified.peer(), localIndex, payload.responderIndex(), origin);
    }

    private HandshakeStep.Ending answer(HandshakeStep.Verified verified, Tick now) {
        HandshakePayload payload = verified.payload();
        int remoteIndex = payload.initiatorIndex();
        localIndex = shared.drawIndex();
        IxHandshake answering =
                IxHandshake.responder(suite, ours.keys(), suite.dh().generate(shared.random));
        answering.readMessage1(message1.toArray());
        byte[] message = answering.writeMessage2(payload(remoteIndex, localIndex, now));
        if (message == null) {
            answering.destroy();
            return new HandshakeStep.Rejected(
                    HandshakeRejection.UNUSABLE_KEY, verified.peer().certificate().name());
        }
        HandshakeRecord origin =
                new HandshakeRecord(
                        false,
                        Fingerprint.of(message1).raw(),
                        datagram(remoteIndex, 2, message),
                        payload.time(),
                        ours.certificate(),
                        extensions & payload.extensions(),
                        payload.isOfRecentSender());
        return new HandshakeStep.Established(
                answering.split(), verified.peer(), localIndex, remoteIndex, origin);
    }

    /** Gives up at any time; wipes what is secret. */
    void destroy() {
        if (noise != null) {
            noise.destroy();
        }
    }

    private byte[] payload(int initiatorIndex, int responderIndex, Tick now) {
        return new HandshakePayload(
                        ours.certificate().handshakeForm(),
                        initiatorIndex,
                        responderIndex,
                        shared.timeFor(now),
                        ours.certificate().version(),
                        extensions)
                .encode();
    }

    private static Bytes datagram(int remoteIndex, int counter, byte[] message) {
        byte[] datagram = new byte[Header.LENGTH + message.length];
        System.arraycopy(message, 0, datagram, Header.LENGTH, message.length);
        Header.write(
                MemorySegment.ofArray(datagram), 0, MessageType.HANDSHAKE, 0, remoteIndex, counter);
        return Bytes.owning(datagram);
    }

    private IxHandshake started() {
        if (noise == null) {
            throw new IllegalStateException("message 1 is not made");
        }
        return noise;
    }

    // The very step: an equal one may be of an earlier message.
    @SuppressWarnings("ReferenceEquality")
    private void require(HandshakeStep step) {
        if (step != last) {
            throw new IllegalStateException("not what came last: " + last);
        }
    }
}
