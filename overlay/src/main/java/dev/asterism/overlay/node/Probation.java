package dev.asterism.overlay.node;

import dev.asterism.overlay.handshake.Initiator;
import dev.asterism.overlay.io.Deadlines;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;

/**
 * What is done about a tunnel that a message 1 made and nobody has used after a quarter of a second: the peer is asked
 * once more, and looked for at the addresses we know. While many are in that state, as when a mesh comes back to its
 * lighthouse or somebody forges message 1, it is looked for only once something is sent to it: a handshake of ours with
 * each would be as much work again, for hosts to which a lighthouse has nothing to say. Control plane only.
 */
final class Probation {

    /** How long a peer that sent message 1 may take to prove itself before we look for it ourselves. */
    static final long NANOS = 250_000_000L;

    private final TunnelTable tunnels;
    private final ControlSender sender;
    private final Initiator initiator;
    private final HalfOpenTunnels halfOpen;
    private final Deadlines<Due> timers = new Deadlines<>();

    /** By index, so that a tunnel that is gone is not kept until then. */
    private record Due(int localIndex, boolean asked) {}

    Probation(
            TunnelTable tunnels,
            ControlSender sender,
            Initiator initiator,
            HalfOpenTunnels halfOpen) {
        this.tunnels = tunnels;
        this.sender = sender;
        this.initiator = initiator;
        this.halfOpen = halfOpen;
    }

    /** A message 1 has made this tunnel. */
    void begin(Tunnel tunnel, Tick now) {
        timers.at(now.nanos() + NANOS, new Due(tunnel.session().localIndex(), false));
    }

    int onTimer(Tick now) {
        int done = 0;
        for (Due due = timers.pollDue(now.nanos());
                due != null;
                due = timers.pollDue(now.nanos())) {
            done++;
            Tunnel tunnel = tunnels.byIndex(due.localIndex);
            if (tunnel != null && !tunnel.isConfirmed()) {
                if (!due.asked) {
                    sender.testRequest(tunnel, now);
                }
                look(tunnel, now);
            }
        }
        return done;
    }

    private void look(Tunnel tunnel, Tick now) {
        boolean wanted = tunnel.traffic().bytesOut() > 0; // tests have no bytes
        if (halfOpen.areMany() && !wanted) {
            timers.at(now.nanos() + NANOS, new Due(tunnel.session().localIndex(), true));
        } else if (tunnels.isPrimary(tunnel)) {
            initiator.start(tunnel.primaryAddress(), null, now);
            // An answer to the test makes it needless.
            initiator.yieldTo(tunnel.primaryAddress(), now);
        }
    }

    long nextDeadlineNanos() {
        return timers.nextNanos();
    }
}
