package dev.asterism.overlay.lane;

import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.path.RelayLeg;
import dev.asterism.overlay.tunnel.Tunnel;
import org.jspecify.annotations.Nullable;

/**
 * What a lane learns of a peer from an authentic datagram: it is alive, it is who it says, and it may have moved.
 * Belongs to one lane; allocates nothing for a peer that stays where it is.
 */
final class PeerObserver {

    private final CommandQueue commands;
    private final TrafficTally tally = new TrafficTally();

    PeerObserver(CommandQueue commands) {
        this.commands = commands;
    }

    void authenticated(Tunnel tunnel, Datagram datagram, long nowNanos) {
        tally.count(tunnel, datagram.length() - InboundLane.MIN_SEALED_BYTES, nowNanos);
        if (!tunnel.isConfirmed() && tunnel.offersConfirmation(nowNanos)) {
            commands.offer(new ControlCommand.Confirmed(tunnel, datagram.path()));
        }
        Path current = tunnel.path();
        if (cameBy(datagram, current)) {
            tally.cameByPath();
        } else if (isNewPath(datagram, current) && tunnel.offersMove(nowNanos)) {
            commands.offer(new ControlCommand.PeerMoved(tunnel, datagram.path()));
        }
    }

    /** Whether the path that packets take has shown that it works. */
    private static boolean cameBy(Datagram datagram, @Nullable Path current) {
        return current instanceof Path.Direct direct
                ? datagram.via() == null && datagram.isFrom(direct.to())
                : current instanceof Path.Relayed(RelayLeg leg) && leg.equals(datagram.via());
    }

    /**
     * Whether the tunnel may have to follow: to wherever its peer is now, and to a relay only when nothing else leads
     * to the peer. What was relayed says nothing of the address that it came from.
     */
    private static boolean isNewPath(Datagram datagram, @Nullable Path current) {
        if (datagram.via() == null) {
            return !(current instanceof Path.Direct direct) || !datagram.isFrom(direct.to());
        }
        return current == null || current instanceof Path.Relayed(RelayLeg leg) && !leg.isUsable();
    }

    /** What was seen last is something that the peer sends on the session it prefers. */
    void usedIt() {
        tally.peerUsedIt();
    }

    /** At the end of an entry, so that no tunnel is kept beyond the lane's turn. */
    void flush(long nowNanos) {
        tally.flush(nowNanos);
    }
}
