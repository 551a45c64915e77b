package dev.asterism.overlay.node;

import dev.asterism.overlay.discovery.PeerDiscovery;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.lane.SnapshotCell;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.PathReason;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Leads a tunnel from a relay back to a direct path as soon as there is one. A stock peer follows
 * any authenticated packet, so one that is sent straight to it while the path carries packets in
 * that direction only would make it deaf to us. Hence nothing authenticated goes straight to the
 * peer until something came straight from it. What makes it come: every five seconds a punch of one
 * byte to each address known of the peer, and a query, at which the lighthouse has the peer punch
 * in turn. When a punch or a packet has come from the peer, a test request goes there; when the
 * answer comes back straight as well, the tunnel takes that path. The relay carries all packets
 * until then, so that none is lost.
 *
 * <p>A tunnel returns once a minute at most, unless the relay brings nothing either.
 *
 * <p>Packets for each relayed tunnel: {@value #MAX_ADDRESSES} punches and a query in five seconds, and a test request a
 * second to where something came from. Control plane only.
 */
final class DirectReturn {

    private static final long SECOND = 1_000_000_000L;
    private static final long TRY_NANOS = 5 * SECOND;
    private static final long REST_NANOS = 60 * SECOND;
    private static final int MAX_ADDRESSES = 16;
    private static final int MAX_PUNCHED = 8;
    private static final int MAX_REMEMBERED = 4_096;

    private final TunnelTable tunnels;
    private final SnapshotCell snapshots;
    private final PeerDiscovery discovery;
    private final ControlSender sender;
    private final EventSink events;
    private final TunnelRounds rounds;

    /** When a tunnel to the peer last returned; the tunnel itself may be another one since. */
    private final Map<Ip, Long> returned = new LinkedHashMap<>();

    private boolean seeking;

    /** Whether one of those looked at in this round is reached through a relay. */
    private boolean relayed;

    DirectReturn(
            TunnelTable tunnels,
            SnapshotCell snapshots,
            PeerDiscovery discovery,
            ControlSender sender,
            EventSink events) {
        this.tunnels = tunnels;
        this.snapshots = snapshots;
        this.discovery = discovery;
        this.sender = sender;
        this.events = events;
        this.rounds = new TunnelRounds(tunnels, TRY_NANOS);
    }

    int onTimer(Tick now) {
        List<Tunnel> due = rounds.takeDue(now);
        if (due == null) {
            return 0;
        }
        for (Tunnel tunnel : due) {
            if (isRelayed(tunnel)) {
                relayed = true;
                invite(tunnel, now);
            }
        }
        if (relayed && !seeking) {
            seek(true);
        }
        if (rounds.isBetweenRounds()) {
            if (seeking && !relayed) {
                seek(false);
            }
            relayed = false;
        }
        return 1;
    }

    private void seek(boolean whether) {
        seeking = whether;
        tunnels.seek(whether ? 1 : -1);
    }

    private boolean isRelayed(Tunnel tunnel) {
        return tunnel.path() instanceof Path.Relayed
                && !isPinned(tunnel)
                && tunnel.isConfirmed()
                && tunnels.isPrimary(tunnel);
    }

    /** Whether the relay in use is the one that the configuration asks for. */
    private boolean isPinned(Tunnel tunnel) {
        return PathChooser.isPinned(tunnel, snapshots.get().pins());
    }

    private void invite(Tunnel tunnel, Tick now) {
        discovery.query(tunnel.primaryAddress(), now);
        candidates(tunnel).stream().limit(MAX_ADDRESSES).forEach(to -> sender.punch(to));
    }

    private List<UnderlayAddr> candidates(Tunnel tunnel) {
        return tunnel.remotes().candidates(snapshots.get().config().preferredRanges());
    }

    /** An authenticated packet of a relayed peer came straight from there. */
    void heard(Tunnel tunnel, UnderlayAddr from, Tick now) {
        NodeSnapshot snapshot = snapshots.get();
        if (!isPinned(tunnel)
                && snapshot.remotePolicy().allows(tunnel.addresses(), from)
                && tunnel.watch().search().directTests.take(now.nanos())) {
            tunnel.watch().paths.of(Path.to(from)).tested(now.nanos());
            sender.testRequest(tunnel, from);
        }
    }

    /** A punch came from there, which proves nothing; a relayed peer may have sent it. */
    void punched(UnderlayAddr from, Tick now) {
        if (!seeking) {
            return;
        }
        int tried = 0;
        for (Tunnel tunnel : tunnels.all()) {
            if (isRelayed(tunnel) && isAt(tunnel, from)) {
                heard(tunnel, from, now);
                if (++tried == MAX_PUNCHED) {
                    return;
                }
            }
        }
    }

    /** A NAT may have given the peer another port towards us than towards the lighthouse. */
    private boolean isAt(Tunnel tunnel, UnderlayAddr from) {
        return tunnel.remotes().isCandidate(from.ip());
    }

    /** A test that went straight to the peer was answered the same way. */
    void answered(Tunnel tunnel, UnderlayAddr at, Tick now) {
        if (!(tunnel.path() instanceof Path.Relayed before)
                || !snapshots.get().remotePolicy().allows(tunnel.addresses(), at)) {
            return;
        }
        tunnel.watch().paths.of(Path.to(at)).answered(now.nanos());
        if (isPinned(tunnel)) {
            return;
        }
        // The minute is for the tunnel in use: another tunnel of the peer neither waits nor makes
        // it wait.
        if (tunnels.isPrimary(tunnel) && !mayReturn(tunnel, now)) {
            return;
        }
        tunnel.moveTo(Path.to(at), PathReason.DIRECT_ANSWERED, now.nanos());
        tunnel.remotes().learn(tunnel.primaryAddress(), at);
        events.emit(TunnelEvent.PathChanged.of(tunnel, before));
    }

    /** Takes note of it if it may. */
    private boolean mayReturn(Tunnel tunnel, Tick now) {
        Ip peer = tunnel.primaryAddress();
        Long last = returned.get(peer);
        boolean rested = last == null || now.nanos() - last >= REST_NANOS;
        if (!rested && !Roaming.isDark(tunnel, now)) {
            return false;
        }
        returned.remove(peer);
        returned.put(peer, now.nanos());
        if (returned.size() > MAX_REMEMBERED) {
            returned.remove(returned.keySet().iterator().next());
        }
        return true;
    }

    long nextDeadlineNanos() {
        return rounds.nextNanos();
    }
}
