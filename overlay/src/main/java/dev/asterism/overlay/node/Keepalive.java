package dev.asterism.overlay.node;

import dev.asterism.overlay.discovery.PeerDiscovery;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.lane.SnapshotCell;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.Traffic;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.List;

/**
 * Lets a peer hear from us every two seconds on a tunnel in use on which we have nothing to send, where a NAT may
 * forget us: behind one, as far as can be known, or where the operator has turned {@code punchy.punch} on. The message
 * is an empty test request, so the peer follows when the NAT has given us another port; the punch of one byte that
 * {@link PathUpkeep} sends keeps the mapping but proves nothing.
 *
 * <p>A tunnel counts as in use for ten seconds after it has carried a byte of payload, in either direction; an empty
 * test carries none. An idle tunnel is left alone.
 *
 * <p>Where the peer can also be reached through a relay, or another relay, a tunnel that carries packets both ways is
 * tested once a second: what comes from the peer does not say that ours arrive ({@link
 * SilenceProbe#prove}).
 *
 * <p>Packets: one for each such tunnel in two seconds, or in one where there is a relay, and its
 * answer. Every tunnel is looked at once a second, of many tunnels a few at a time ({@link
 * TunnelRounds}). Control plane only.
 */
final class Keepalive {

    private static final long PERIOD_NANOS = 1_000_000_000L;
    private static final long QUIET_NANOS = 1_900_000_000L;
    private static final long IN_USE_NANOS = 10_000_000_000L;

    private final TunnelTable tunnels;
    private final SnapshotCell snapshots;
    private final PeerDiscovery discovery;
    private final ControlSender sender;
    private final SilenceProbe silence;
    private final TunnelRounds rounds;

    Keepalive(
            TunnelTable tunnels,
            SnapshotCell snapshots,
            PeerDiscovery discovery,
            ControlSender sender,
            SilenceProbe silence) {
        this.tunnels = tunnels;
        this.snapshots = snapshots;
        this.discovery = discovery;
        this.sender = sender;
        this.silence = silence;
        this.rounds = new TunnelRounds(tunnels, PERIOD_NANOS);
    }

    int onTimer(Tick now) {
        List<Tunnel> due = rounds.takeDue(now);
        if (due == null) {
            return 0;
        }
        boolean natMayForget = snapshots.get().config().punchy().punch() || discovery.isBehindNat();
        for (Tunnel tunnel : due) {
            look(tunnel, natMayForget, now);
        }
        return 1;
    }

    private void look(Tunnel tunnel, boolean natMayForget, Tick now) {
        Traffic traffic = tunnel.traffic();
        Tunnel.Use use = tunnel.watch().use;
        boolean in = traffic.bytesIn() != use.bytesIn;
        boolean out = traffic.bytesOut() != use.bytesOut;
        use.bytesIn = traffic.bytesIn();
        use.bytesOut = traffic.bytesOut();
        if (in || out) {
            use.bytesNanos = now.nanos();
        }
        if (traffic.packetsOut() != use.packetsOut) {
            use.packetsOut = traffic.packetsOut();
            use.packetsOutNanos = now.nanos();
        }
        boolean inUse =
                use.bytesNanos != Long.MIN_VALUE && now.nanos() - use.bytesNanos < IN_USE_NANOS;
        boolean quiet =
                use.packetsOutNanos == Long.MIN_VALUE
                        || now.nanos() - use.packetsOutNanos >= QUIET_NANOS;
        if (!tunnel.isConfirmed() || !tunnels.isPrimary(tunnel)) {
            return;
        }
        if (in && out && hasAnotherWay(tunnel)) {
            silence.prove(tunnel, now);
        } else if (natMayForget && inUse && quiet) {
            sender.testRequest(tunnel, now);
            use.packetsOut = traffic.packetsOut();
            use.packetsOutNanos = now.nanos();
        }
    }

    /**
     * Whether a handshake could lead packets through a relay that does not carry them now, or straight to the peer
     * where {@link DirectReturn} does not, as the configuration prefers the relay in use.
     */
    private boolean hasAnotherWay(Tunnel tunnel) {
        NodeSnapshot snapshot = snapshots.get();
        int relays = tunnel.remotes().relays().size();
        return snapshot.config().relay().useRelays()
                        && relays > (tunnel.path() instanceof Path.Relayed ? 1 : 0)
                || PathChooser.isPinned(tunnel, snapshot.pins())
                        && !tunnel.remotes()
                                .candidates(snapshot.config().preferredRanges())
                                .isEmpty();
    }

    long nextDeadlineNanos() {
        return rounds.nextNanos();
    }
}
