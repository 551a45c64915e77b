package dev.asterism.overlay.handshake;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Claim;
import dev.asterism.overlay.cert.Credential;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.VerifiedCertificate;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.noise.IxHandshake;
import dev.asterism.overlay.tunnel.HandshakeRecord;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable.TunnelRank;
import dev.asterism.overlay.wire.Header;
import dev.asterism.overlay.wire.MessageType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers message 1 (spec wire.md 5.4). Everything that costs nothing is checked first; curve work comes last and
 * within {@link HandshakeRateLimiter}. A tunnel made here is unconfirmed and never displaces a confirmed one: message
 * 1 is plain text, anybody can replay or make one.
 */
public final class Responder {

    private static final int STAGE = 1;

    private static final int P256_KEY_BYTES = 65;
    private static final byte UNCOMPRESSED_POINT = 4;

    /** With its header. Certificates of 200 groups and 50 networks are smaller. */
    public static final int LONGEST_MESSAGE_1 = 4096;

    private final HandshakeEnv world;
    private final HandshakeParts parts;
    private final HandshakeRateLimiter budget;
    private final SessionMaker sessions;

    Responder(HandshakeEnv world, HandshakeParts parts, HandshakeRateLimiter budget) {
        this.world = world;
        this.parts = parts;
        this.budget = budget;
        this.sessions = new SessionMaker(world);
    }

    /**
     * @param datagram with its header
     */
    public Message1Outcome answer(UnderlayAddr from, Bytes datagram, Tick now) {
        int keyBytes = world.identity().credential().keys().dh().publicKeyBytes();
        if (datagram.length() < Header.LENGTH + 2 * keyBytes) {
            return refuse(from, HandshakeRejection.TOO_SHORT, "", now);
        }
        if (datagram.length() > LONGEST_MESSAGE_1) {
            return refuse(from, HandshakeRejection.TOO_LONG, "", now);
        }
        if (!world.remotePolicy().allows(List.of(), from)) {
            return refuse(from, HandshakeRejection.ADDRESS_DENIED, "", now);
        }
        Bytes message = datagram.slice(Header.LENGTH, datagram.length() - Header.LENGTH);
        Bytes staticKey = message.slice(keyBytes, keyBytes);
        Bytes payloadBytes = message.slice(2 * keyBytes, message.length() - 2 * keyBytes);
        return switch (HandshakePayload.decodeMessage1(payloadBytes)) {
            case HandshakePayload.Decoded.Invalid(HandshakePayload.Reason reason) ->
                    isOfP256(message)
                            ? refuse(from, HandshakeRejection.CURVE, "P256", now)
                            : refuse(from, HandshakeRejection.BAD_PAYLOAD, reason.name(), now);
            case HandshakePayload.Decoded.Valid(HandshakePayload payload) ->
                    judge(from, message, staticKey, payload, now);
        };
    }

    private Message1Outcome judge(
            UnderlayAddr from, Bytes message, Bytes staticKey, HandshakePayload payload, Tick now) {
        return switch (parts.verifier()
                .read(payload, staticKey, world.identity().credential().curve())) {
            case PeerVerifier.Reading.Unusable unusable ->
                    refuse(from, unusable.reason(), unusable.detail(), unusable.claim(), now);
            case PeerVerifier.Reading.Shown shown -> judge(from, message, payload, shown, now);
        };
    }

    private Message1Outcome judge(
            UnderlayAddr from,
            Bytes message,
            HandshakePayload payload,
            PeerVerifier.Reading.Shown shown,
            Tick now) {
        Claim.WellFormed claim = shown.claim();
        List<Ip> addresses = claim.addresses();
        if (addresses.isEmpty()) {
            return refuse(from, HandshakeRejection.BAD_CERTIFICATE, "no networks", now);
        }
        Tunnel same = madeFrom(message, addresses.getFirst());
        if (same != null) {
            return new Message1Outcome.AlreadySeen(same);
        }
        if (addresses.stream().anyMatch(world.identity().addresses()::contains)) {
            return refuse(from, HandshakeRejection.OURSELVES, claim.name(), now);
        }
        if (!world.remotePolicy().allows(addresses, from)) {
            return refuse(from, HandshakeRejection.ADDRESS_DENIED, claim.name(), now);
        }
        return switch (parts.verifier()
                .verify(
                        shown,
                        world.cas(),
                        () -> budget.allowsSignatureCheck(claim.publicKey(), from, now.nanos()),
                        now)) {
            case PeerVerifier.Result.Rejected(HandshakeRejection reason, String detail) ->
                    refuse(from, reason, detail, claim, now);
            case PeerVerifier.Result.Verified(VerifiedCertificate peer) ->
                    accept(from, message, payload, peer, now);
        };
    }

    private @Nullable Tunnel madeFrom(Bytes message, Ip peer) {
        List<Tunnel> all = world.tunnels().allOf(peer);
        if (all.isEmpty()) {
            return null;
        }
        Bytes wanted = Fingerprint.of(message).raw();
        for (Tunnel tunnel : all) {
            if (tunnel.origin().message1Digest().equals(wanted)) {
                return tunnel;
            }
        }
        return null;
    }

    private Message1Outcome accept(
            UnderlayAddr from,
            Bytes message,
            HandshakePayload payload,
            VerifiedCertificate peer,
            Tick now) {
        Ip address = peer.certificate().networks().getFirst().address();
        Tunnel existing = world.tunnels().byOverlay(address);
        boolean works = existing != null && existing.isConfirmed();
        if (existing != null
                && works
                && !existing.origin().initiator()
                && Long.compareUnsigned(existing.origin().peerTime(), payload.time()) >= 0) {
            return new Message1Outcome.TooOld(existing);
        }
        if (!budget.allowsSession(peer.certificate().publicKey(), from, now.nanos())) {
            return refuse(from, HandshakeRejection.OVER_BUDGET, peer.certificate().name(), now);
        }
        Tunnel tunnel = makeSession(from, message, payload, peer, now);
        if (tunnel == null) {
            return refuse(from, HandshakeRejection.UNUSABLE_KEY, peer.certificate().name(), now);
        }
        parts.counters().countAnswered();
        return new Message1Outcome.Accepted(
                tunnel, works ? TunnelRank.SECONDARY : TunnelRank.PRIMARY);
    }

    private @Nullable Tunnel makeSession(
            UnderlayAddr from,
            Bytes message,
            HandshakePayload payload,
            VerifiedCertificate peer,
            Tick now) {
        int localIndex = parts.indexes().draw();
        Credential credential = world.identity().credential();
        IxHandshake machine =
                IxHandshake.responder(
                        credential.suite(world.cipher()),
                        credential.keys(),
                        credential.keys().dh().generate(world.random()));
        machine.readMessage1(message.toArray());
        Certificate ours = credential.certificate();
        int extensions = world.extensions();
        byte[] answer =
                machine.writeMessage2(
                        new HandshakePayload(
                                        ours.handshakeForm(),
                                        payload.initiatorIndex(),
                                        localIndex,
                                        parts.clock().next(now),
                                        ours.version(),
                                        extensions)
                                .encode());
        if (answer == null) {
            machine.destroy();
            return null;
        }
        byte[] packet = new byte[Header.LENGTH + answer.length];
        System.arraycopy(answer, 0, packet, Header.LENGTH, answer.length);
        Header.write(
                MemorySegment.ofArray(packet),
                0,
                MessageType.HANDSHAKE,
                0,
                payload.initiatorIndex(),
                2);
        HandshakeRecord origin =
                new HandshakeRecord(
                        false,
                        Fingerprint.of(message).raw(),
                        Bytes.owning(packet),
                        payload.time(),
                        ours,
                        extensions & payload.extensions());
        return sessions.make(machine, localIndex, payload.initiatorIndex(), peer, origin, from);
    }

    /** Keys of that curve are longer, so that the payload stands elsewhere. */
    private static boolean isOfP256(Bytes message) {
        int payloadAt = 2 * P256_KEY_BYTES;
        return message.length() > payloadAt
                && message.at(0) == UNCOMPRESSED_POINT
                && message.at(P256_KEY_BYTES) == UNCOMPRESSED_POINT
                && HandshakePayload.decodeMessage1(
                                message.slice(payloadAt, message.length() - payloadAt))
                        instanceof HandshakePayload.Decoded.Valid;
    }

    private Message1Outcome refuse(
            UnderlayAddr from, HandshakeRejection reason, String detail, Tick now) {
        return refuse(from, reason, detail, null, now);
    }

    private Message1Outcome refuse(
            UnderlayAddr from,
            HandshakeRejection reason,
            String detail,
            @Nullable Claim claim,
            Tick now) {
        parts.refusals().refused(from, STAGE, reason, detail, claim, now);
        return new Message1Outcome.Rejected();
    }
}
