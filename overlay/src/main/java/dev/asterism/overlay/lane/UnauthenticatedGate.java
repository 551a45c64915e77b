package dev.asterism.overlay.lane;

import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.IssuerSet;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.handshake.ClaimedIssuer;
import dev.asterism.overlay.handshake.Responder;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.path.RemoteFilter;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.wire.Header;

/**
 * What a lane does with datagrams that prove nothing: handshakes and recv_errors. All that can be
 * asked without a copy or an object is asked here, and only what passes goes to the control plane,
 * which is woken once for each batch. Belongs to one lane.
 */
final class UnauthenticatedGate {

    private static final long MESSAGE_1 = 1;
    private static final long MESSAGE_2 = 2;

    /** With the shorter keys of the two curves. */
    private static final int SHORTEST_MESSAGE_1 =
            Header.LENGTH + 2 * Curve.CURVE25519.publicKeyBytes();

    private static final int SHORTEST_MESSAGE_2 = SHORTEST_MESSAGE_1 + 2 * AeadProvider.TAG_BYTES;

    /** A recv_error that is believed costs a test request, so more a second than this have no use. */
    private static final int RECV_ERRORS_PER_SECOND = 256;

    /** Each costs the control plane a decoding and a digest; enough to name every peer that is set up wrongly. */
    private static final int UNTRUSTED_PER_SECOND = 64;

    /** A relay that has started anew names an index of its own, for which the control plane has to search. */
    private static final int RELAY_ERRORS_PER_SECOND = 16;

    /**
     * A punch is of use only while a peer does not answer or is relayed. One budget for all senders, as peers that keep
     * their NAT's mapping alive send a punch each in some seconds; what follows from one has limits of its own.
     */
    private static final int PUNCHES_PER_SECOND = 200;

    private static final long SECOND = 1_000_000_000L;

    private final TunnelTable tunnels;
    private final CommandQueue commands;
    private final RecvErrorRateLimiter recvErrorsSent = new RecvErrorRateLimiter();
    private long second = Long.MIN_VALUE;
    private int recvErrors;
    private int punches;
    private int relayErrors;
    private final ClaimedIssuer issuer = new ClaimedIssuer();
    private int untrusted;
    private int untrustedDropped;
    private boolean offered;

    UnauthenticatedGate(TunnelTable tunnels, CommandQueue commands) {
        this.tunnels = tunnels;
        this.commands = commands;
    }

    /**
     * A datagram of type handshake, its header valid.
     *
     * @param keyBytes of a public key of our curve
     */
    PacketOutcome handshake(
            RemoteFilter policy,
            IssuerSet issuers,
            int keyBytes,
            Datagram datagram,
            long nowNanos) {
        long counter = datagram.counter();
        int index = datagram.index();
        int length = datagram.length();
        boolean plausible =
                counter == MESSAGE_1
                        ? index == 0
                                && length >= SHORTEST_MESSAGE_1
                                && length <= Responder.LONGEST_MESSAGE_1
                        : counter == MESSAGE_2
                                && length >= SHORTEST_MESSAGE_2
                                && length <= InboundLane.MAX_CONTROL_BYTES;
        if (!plausible) {
            return PacketOutcome.INVALID_HANDSHAKE;
        }
        if (datagram.via() == null
                && !policy.allowsFrom(datagram.addressHi(), datagram.addressLo())) {
            return PacketOutcome.DENIED_SOURCE;
        }
        if (counter == MESSAGE_2 && !tunnels.awaited().mayContain(index)) {
            return PacketOutcome.UNKNOWN_INDEX;
        }
        if (counter == MESSAGE_1 && isShutTo(datagram, keyBytes, nowNanos)) {
            return PacketOutcome.RATE_LIMITED;
        }
        boolean taken;
        if (counter == MESSAGE_2) {
            taken = commands.offerAnswer(arrived(datagram, 0));
        } else if (hasIssuer(issuers, keyBytes, datagram)) {
            taken = offerMessage1(datagram, 0);
        } else {
            enter(nowNanos);
            if (untrusted++ >= UNTRUSTED_PER_SECOND) {
                untrustedDropped++;
                return PacketOutcome.UNTRUSTED_ISSUER;
            }
            // With one of their kind, so that no honest sender's prefix is named for them.
            taken = offerMessage1(datagram, untrustedDropped);
            untrustedDropped = taken ? 0 : untrustedDropped;
        }
        offered |= taken;
        return taken ? PacketOutcome.HANDSHAKE : PacketOutcome.QUEUE_FULL;
    }

    /** Whether the control plane would reject it now, by the sender's static key, which is the second. */
    private boolean isShutTo(Datagram datagram, int keyBytes, long nowNanos) {
        int keys = Header.LENGTH + 2 * keyBytes;
        return datagram.length() > keys
                && tunnels.strangers()
                        .isShutTo(datagram.slab(), datagram.at() + (long) keys, nowNanos);
    }

    private boolean offerMessage1(Datagram datagram, int untrustedBefore) {
        return commands.hasRoomForUnauthenticated(datagram.length())
                && commands.offerUnauthenticated(arrived(datagram, untrustedBefore));
    }

    /** False when the control plane would refuse it, as no CA of ours can have signed it. */
    private boolean hasIssuer(IssuerSet issuers, int keyBytes, Datagram datagram) {
        int noise = datagram.at() + Header.LENGTH;
        int length = datagram.length() - Header.LENGTH;
        return issuer.isOneOf(issuers, datagram.slab(), noise, length, keyBytes);
    }

    /** Counts anew in each second. */
    private void enter(long nowNanos) {
        long current = Math.floorDiv(nowNanos, SECOND);
        if (current != second) {
            second = current;
            recvErrors = 0;
            punches = 0;
            relayErrors = 0;
            untrusted = 0;
        }
    }

    private static ControlCommand arrived(Datagram datagram, int untrusted) {
        return new ControlCommand.HandshakeArrived(
                datagram.path(),
                Bytes.copyOf(datagram.slab(), datagram.at(), datagram.length()),
                untrusted);
    }

    PacketOutcome recvError(Datagram datagram, long nowNanos) {
        int index = datagram.index();
        enter(nowNanos);
        if (!tunnels.remoteIndexes().mayContain(index)
                && (!tunnels.isPeerSought() || relayErrors++ >= RELAY_ERRORS_PER_SECOND)) {
            return PacketOutcome.UNKNOWN_INDEX;
        }
        if (recvErrors >= RECV_ERRORS_PER_SECOND) {
            return PacketOutcome.RATE_LIMITED;
        }
        recvErrors++;
        boolean taken =
                commands.hasRoomForUnauthenticated(0)
                        && commands.offerUnauthenticated(
                                new ControlCommand.RecvErrorArrived(datagram.address(), index));
        offered |= taken;
        return taken ? PacketOutcome.RECV_ERROR : PacketOutcome.QUEUE_FULL;
    }

    /** One byte that keeps a NAT open. While a peer is silent it may come from the peer's new address. */
    void punch(Datagram datagram, long nowNanos) {
        if (!tunnels.isPeerSought()) {
            return;
        }
        enter(nowNanos);
        if (punches >= PUNCHES_PER_SECOND || !commands.hasRoomForUnauthenticated(0)) {
            return;
        }
        punches++;
        offered |=
                commands.offerUnauthenticated(new ControlCommand.PunchArrived(datagram.address()));
    }

    /** A packet waits for a handshake of ours, whose answer may be lost; to be called for the first that waits. */
    void packetBeforeAnswer(int index) {
        offered |=
                commands.hasRoomForUnauthenticated(0)
                        && commands.offerUnauthenticated(
                                new ControlCommand.PacketBeforeAnswer(index));
    }

    /** Whether the sender of a packet for an index that is not there gets a recv_error. */
    boolean mayBeTold(
            OverlayConfig.RecvErrorGate setting, int index, Datagram datagram, long nowNanos) {
        return recvErrorsSent.allows(
                setting,
                index,
                datagram.addressHi(),
                datagram.addressLo(),
                datagram.port(),
                nowNanos);
    }

    /** After a batch. */
    void wakeControl() {
        if (offered) {
            offered = false;
            commands.wake();
        }
    }
}
