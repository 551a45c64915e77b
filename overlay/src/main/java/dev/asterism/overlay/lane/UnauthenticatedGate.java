package dev.asterism.overlay.lane;

import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.handshake.Responder;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.path.RemoteFilter;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.wire.Header;

/**
 * What a lane does with datagrams that prove nothing: handshakes and recv_errors. All that can be asked without a copy or an
 * object is asked here, and only what passes goes to the control plane, which is woken once for each batch. Belongs to one lane.
 */
final class UnauthenticatedGate {

    private static final long MESSAGE_1 = 1;
    private static final long MESSAGE_2 = 2;
    private static final int KEY_BYTES = 32;
    private static final int SHORTEST_MESSAGE_1 = Header.LENGTH + 2 * KEY_BYTES;
    private static final int SHORTEST_MESSAGE_2 = SHORTEST_MESSAGE_1 + 2 * AeadProvider.TAG_BYTES;

    /** A recv_error that is believed costs a test request, so more a second than this have no use. */
    private static final int RECV_ERRORS_PER_SECOND = 256;

    private static final long SECOND = 1_000_000_000L;

    private final TunnelTable tunnels;
    private final CommandQueue commands;
    private final RecvErrorRateLimiter recvErrorsSent = new RecvErrorRateLimiter();
    private long second = Long.MIN_VALUE;
    private int recvErrors;
    private boolean offered;

    UnauthenticatedGate(TunnelTable tunnels, CommandQueue commands) {
        this.tunnels = tunnels;
        this.commands = commands;
    }

    /** A datagram of type handshake, its header valid. */
    PacketOutcome handshake(
            RemoteFilter policy, DatagramBatch from, int entry, int at, int length) {
        long counter = Header.counter(from.slab(), at);
        int index = Header.remoteIndex(from.slab(), at);
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
        if (!policy.allowsFrom(from.addressHi(entry), from.addressLo(entry))) {
            return PacketOutcome.DENIED_SOURCE;
        }
        if (counter == MESSAGE_2 && !tunnels.awaited().mayContain(index)) {
            return PacketOutcome.UNKNOWN_INDEX;
        }
        boolean taken =
                counter == MESSAGE_2
                        ? commands.offerAnswer(arrived(from, entry, at, length))
                        : commands.hasRoomForUnauthenticated(length)
                                && commands.offerUnauthenticated(arrived(from, entry, at, length));
        offered |= taken;
        return taken ? PacketOutcome.HANDSHAKE : PacketOutcome.QUEUE_FULL;
    }

    private static ControlCommand arrived(DatagramBatch from, int entry, int at, int length) {
        return new ControlCommand.HandshakeArrived(
                from.address(entry), Bytes.copyOf(from.slab(), at, length));
    }

    PacketOutcome recvError(DatagramBatch from, int entry, int at, long nowNanos) {
        int index = Header.remoteIndex(from.slab(), at);
        long current = Math.floorDiv(nowNanos, SECOND);
        if (current != second) {
            second = current;
            recvErrors = 0;
        }
        if (!tunnels.remoteIndexes().mayContain(index)) {
            return PacketOutcome.UNKNOWN_INDEX;
        }
        if (recvErrors >= RECV_ERRORS_PER_SECOND) {
            return PacketOutcome.RATE_LIMITED;
        }
        recvErrors++;
        boolean taken =
                commands.hasRoomForUnauthenticated(0)
                        && commands.offerUnauthenticated(
                                new ControlCommand.RecvErrorArrived(from.address(entry), index));
        offered |= taken;
        return taken ? PacketOutcome.RECV_ERROR : PacketOutcome.QUEUE_FULL;
    }

    /** Whether the sender of a packet for an index that is not there gets a recv_error. */
    boolean mayBeTold(
            OverlayConfig.RecvErrorGate setting,
            int index,
            long hi,
            long lo,
            int port,
            long nowNanos) {
        return recvErrorsSent.allows(setting, index, hi, lo, port, nowNanos);
    }

    /** After a batch. */
    void wakeControl() {
        if (offered) {
            offered = false;
            commands.wake();
        }
    }
}
