package dev.asterism.overlay.handshake;

import dev.asterism.overlay.cert.Claim;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.VerifiedCertificate;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable.TunnelRank;
import dev.asterism.overlay.wire.Header;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Answers message 1 (spec wire.md 5.4). Everything that costs nothing is checked first; curve work
 * comes last and within {@link HandshakeRateLimiter}. A tunnel made here is unconfirmed and never
 * displaces a confirmed one: message 1 is plain text, anybody can replay or make one. What the
 * messages hold is the {@link HandshakeMachine}'s; here is whether to go on.
 */
public final class Responder {

    private static final int STAGE = 1;

    /** With its header. Certificates of 200 groups and 50 networks are smaller. */
    public static final int LONGEST_MESSAGE_1 = 4096;

    private final HandshakeEnv env;
    private final HandshakeParts parts;
    private final HandshakeRateLimiter budget;

    Responder(HandshakeParts parts, HandshakeRateLimiter budget) {
        this.env = parts.env();
        this.parts = parts;
        this.budget = budget;
    }

    /** A message 1 that is being answered, and what it is judged by. */
    private record Asked(
            HandshakeMachine machine,
            HandshakeSettings settings,
            Path from,
            Bytes datagram,
            Tick now) {}

    /**
     * @param datagram with its header
     */
    public Message1Outcome answer(Path from, Bytes datagram, Tick now) {
        HandshakeSettings settings = env.settings().get();
        HandshakeMachine machine =
                HandshakeMachine.responder(
                        parts.machines(),
                        settings.identity().validAt(now.wall()),
                        settings.extensions());
        Asked asked = new Asked(machine, settings, from, datagram, now);
        if (datagram.length() < machine.shortestMessage1()) {
            return reject(asked, HandshakeRejection.TOO_SHORT, "");
        }
        if (datagram.length() > LONGEST_MESSAGE_1) {
            return reject(asked, HandshakeRejection.TOO_LONG, "");
        }
        if (!settings.remotePolicy().allows(List.of(), from)) {
            return reject(asked, HandshakeRejection.ADDRESS_DENIED, "");
        }
        Predicate<Bytes> mayDecode = key -> budget.hasSignatureCheck(key, from, now.nanos());
        return switch (machine.read(datagram, mayDecode)) {
            case HandshakeStep.Rejected rejected -> reject(asked, rejected);
            case HandshakeStep.Claimed claimed -> onClaim(asked, claimed);
        };
    }

    /** What needs no signature check. */
    private Message1Outcome onClaim(Asked asked, HandshakeStep.Claimed claimed) {
        Claim.WellFormed claim = claimed.claim();
        List<Ip> addresses = claim.addresses();
        if (addresses.isEmpty()) {
            return reject(asked, HandshakeRejection.BAD_CERTIFICATE, "no networks");
        }
        Tunnel same = madeFrom(asked.datagram(), addresses);
        if (same != null) {
            return new Message1Outcome.AlreadySeen(same);
        }
        if (addresses.stream().anyMatch(asked.settings().identity().addresses()::contains)) {
            return reject(asked, HandshakeRejection.OURSELVES, claim.name());
        }
        if (!asked.settings().remotePolicy().allows(addresses, asked.from())) {
            return reject(asked, HandshakeRejection.ADDRESS_DENIED, claim.name());
        }
        return switch (asked.machine()
                .verify(
                        claimed,
                        asked.settings().cas(),
                        () ->
                                budget.allowsSignatureCheck(
                                        claim.publicKey(), asked.from(), asked.now().nanos()),
                        asked.now())) {
            case HandshakeStep.Rejected rejected -> reject(asked, rejected);
            case HandshakeStep.Verified verified -> onVerified(asked, verified);
        };
    }

    /** The tunnel that this very message 1 has made before. */
    private @Nullable Tunnel madeFrom(Bytes datagram, List<Ip> peer) {
        List<Tunnel> held = env.tunnels().allOf(peer.getFirst());
        if (held.isEmpty()) {
            return null;
        }
        Bytes body = datagram.slice(Header.LENGTH, datagram.length() - Header.LENGTH);
        Bytes wanted = Fingerprint.of(body).raw();
        for (Tunnel tunnel : held) {
            if (tunnel.origin().message1Digest().equals(wanted)) {
                return tunnel;
            }
        }
        return null;
    }

    /** What comes before the curve work of a session. */
    private Message1Outcome onVerified(Asked asked, HandshakeStep.Verified verified) {
        VerifiedCertificate peer = verified.peer();
        if (!asked.settings().pins().allows(peer.certificate(), asked.from())) {
            return reject(asked, HandshakeRejection.PATH_PINNED, peer.certificate().name());
        }
        boolean works = false;
        for (Cidr network : peer.certificate().networks()) {
            Tunnel existing = env.tunnels().byOverlay(network.address());
            if (existing != null && existing.isConfirmed()) {
                works = true;
                if (isSameHost(peer, existing.peer()) && isOlder(verified.payload(), existing)) {
                    return new Message1Outcome.TooOld(existing);
                }
            }
        }
        if (!budget.allowsSession(
                peer.certificate().publicKey(), asked.from(), asked.now().nanos())) {
            return reject(asked, HandshakeRejection.OVER_BUDGET, peer.certificate().name());
        }
        return switch (asked.machine().finish(verified, asked.now())) {
            case HandshakeStep.Rejected rejected -> reject(asked, rejected);
            case HandshakeStep.Established done -> {
                parts.counters().countAnswered();
                yield new Message1Outcome.Accepted(
                        parts.tunnel(done, asked.from()),
                        works ? TunnelRank.SECONDARY : TunnelRank.PRIMARY);
            }
        };
    }

    /** Hosts that share an address have clocks of their own; one that got a new key keeps its name. */
    private static boolean isSameHost(VerifiedCertificate one, VerifiedCertificate other) {
        return one.certificate().publicKey().equals(other.certificate().publicKey())
                || one.certificate().name().equals(other.certificate().name());
    }

    private static boolean isOlder(HandshakePayload payload, Tunnel existing) {
        return !existing.origin().initiator()
                && Long.compareUnsigned(existing.origin().peerTime(), payload.time()) >= 0;
    }

    private Message1Outcome reject(Asked asked, HandshakeRejection reason, String detail) {
        return reject(asked, new HandshakeStep.Rejected(reason, detail));
    }

    private Message1Outcome reject(Asked asked, HandshakeStep.Rejected why) {
        parts.rejections().rejected(asked.from(), STAGE, why, asked.now());
        return new Message1Outcome.Rejected();
    }
}
