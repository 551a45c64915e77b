package dev.asterism.overlay.node;

import dev.asterism.overlay.io.Deadlines;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;

/**
 * Closes sessions whose path broke at the peer, by the path of the one that took their place. Nebula from 1.7 on keeps
 * both; where it has the lower address it goes back to the older one at its next check if that brought packets within
 * the 5 s before, and sends into the broken path until the check after that. A close of the older one, sealed with its
 * keys, spares it that. A peer that has forgotten the session already ignores what comes through a relay for it. Ours
 * stays until it is found silent: what was on the way in it is still taken. Control plane only.
 */
final class DeadSessions {

    /** By then the peer sends by the newer one, and what is on its way to the peer in the older one has arrived. */
    private static final long AFTER_NANOS = 250_000_000L;

    private final TunnelTable tunnels;
    private final ControlSender sender;
    private final Deadlines<Replaced> due = new Deadlines<>();

    private record Replaced(Tunnel dead, Tunnel newer, long seenIn) {}

    DeadSessions(TunnelTable tunnels, ControlSender sender) {
        this.tunnels = tunnels;
        this.sender = sender;
    }

    /** The peer does not answer by the first one, and has the second one, as it answered our handshake. */
    void replaced(Tunnel dead, Tunnel newer, Tick now) {
        due.at(now.nanos() + AFTER_NANOS, new Replaced(dead, newer, dead.traffic().packetsIn()));
    }

    int onTimer(Tick now) {
        int done = 0;
        for (Replaced next = due.pollDue(now.nanos());
                next != null;
                next = due.pollDue(now.nanos())) {
            done++;
            Path path = next.newer.path();
            boolean isDead =
                    next.dead.traffic().packetsIn() == next.seenIn
                            && !next.dead.isRemoved()
                            && !tunnels.isPrimary(next.dead);
            if (isDead && path != null && !next.newer.isRemoved()) {
                sender.close(next.dead, path);
            }
        }
        return done;
    }

    long nextDeadlineNanos() {
        return due.nextNanos();
    }
}
