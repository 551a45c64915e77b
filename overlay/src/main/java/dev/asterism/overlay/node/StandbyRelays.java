package dev.asterism.overlay.node;

import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.SnapshotCell;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.path.RelayLeg;
import dev.asterism.overlay.relay.RelayEntry;
import dev.asterism.overlay.relay.RelayNegotiator;
import dev.asterism.overlay.relay.RelayPaths;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second relay ready for each relayed tunnel that packets are sent on: a tunnel to that
 * relay, its state for the pair, and a test request through it every five seconds that only the
 * peer can answer. One that is not answered is repeated after a second, while the relay is asked
 * for the state once more and its own tunnel is tested; after two more the next relay of the peer
 * takes its place. When the relay in use falls silent, {@link SilenceProbe} tests all that are
 * ready at once, and the first by which the peer answers is taken: no handshake is needed.
 *
 * <p>A peer of ours answers by the relay that the test came through. A stock peer answers by the one that it sends by,
 * which shows that the standby carries packets to it; what it sends moves with the handshake that {@link SilenceProbe}
 * begins.
 *
 * <p>Packets: one test request and its answer for each such tunnel in five seconds, at most one a second while it is
 * not answered. Control plane only.
 */
final class StandbyRelays {

    private static final long SECOND = 1_000_000_000L;
    private static final long TEST_NANOS = 5 * SECOND;
    private static final long IN_USE_NANOS = 10 * SECOND;
    private static final int MAX_MISSED = 3;

    /** Shorter than the other end waits before it looks for another relay. */
    private static final long QUIET_NANOS = SECOND / 4;

    private final TunnelTable tunnels;
    private final SnapshotCell snapshots;
    private final RelayNegotiator relays;
    private final ControlSender sender;
    private final SilenceProbe silence;
    private final EventSink events;
    private final TunnelRounds rounds;

    /** By the peer's primary address. */
    private final Map<Ip, Standby> standbys = new LinkedHashMap<>();

    /** The relay that is held ready for one peer. */
    private static final class Standby {
        private final Ip relay;
        private boolean wanted;
        private int missed;
        private long dueNanos;

        Standby(Ip relay, Tick now) {
            this.relay = relay;
            dueNanos = now.nanos();
        }
    }

    StandbyRelays(NodeCore core, RelayNegotiator relays, SilenceProbe silence, EventSink events) {
        this.tunnels = core.tunnels();
        this.snapshots = core.control().snapshots();
        this.sender = core.sender();
        this.relays = relays;
        this.silence = silence;
        this.events = events;
        this.rounds = new TunnelRounds(tunnels, SECOND);
    }

    int onTimer(Tick now) {
        boolean begins = rounds.isBetweenRounds();
        List<Tunnel> due = rounds.takeDue(now);
        if (due == null) {
            return 0;
        }
        if (begins) { // those of tunnels that are gone
            standbys.values().removeIf(standby -> !standby.wanted);
            standbys.values().forEach(standby -> standby.wanted = false);
        }
        for (Tunnel tunnel : due) {
            if (tunnel.path() instanceof Path.Relayed(RelayLeg leg) && isInUse(tunnel, now)) {
                look(tunnel, leg.relay(), standbys.get(tunnel.primaryAddress()), now);
            }
        }
        return 1;
    }

    private boolean isInUse(Tunnel tunnel, Tick now) {
        return tunnel.isConfirmed() && tunnels.isPrimary(tunnel) && hasSentLately(tunnel, now);
    }

    /** Whether packets of this host went to the peer within the last ten seconds; tests do not count. */
    static boolean hasSentLately(Tunnel tunnel, Tick now) {
        long sent = tunnel.traffic().lastOutNanos();
        return sent != Long.MIN_VALUE && now.nanos() - sent < IN_USE_NANOS;
    }

    private void look(Tunnel tunnel, Ip inUse, @Nullable Standby before, Tick now) {
        Standby standby = standby(tunnel, inUse, before, now);
        if (standby == null) {
            standbys.remove(tunnel.primaryAddress());
            return;
        }
        standby.wanted = true;
        standbys.put(tunnel.primaryAddress(), standby);
        if (standby.dueNanos - now.nanos() > 0) {
            return;
        }
        standby.dueNanos = now.nanos() + SECOND;
        boolean doubtful = standby.missed++ > 0;
        RelayEntry ready = relays.prepare(tunnel.primaryAddress(), standby.relay, doubtful);
        if (ready != null) {
            sender.testRequest(tunnel, ready, now);
            if (doubtful) {
                silence.silent(ready.tunnel(), now);
            }
        }
    }

    /** The one so far while it answers, else the next in the peer's list; null when there is only the one in use. */
    private @Nullable Standby standby(Tunnel tunnel, Ip inUse, @Nullable Standby before, Tick now) {
        List<Ip> all = RelayPaths.relaysOf(tunnel);
        if (before != null
                && before.missed <= MAX_MISSED
                && !isOneHost(before.relay, inUse)
                && all.contains(before.relay)) {
            return before;
        }
        int from = before == null ? 0 : all.indexOf(before.relay) + 1;
        for (int i = 0; i < all.size(); i++) {
            Ip relay = all.get((from + i) % all.size());
            if (!isOneHost(relay, inUse) && !tunnel.addresses().contains(relay)) {
                return new Standby(relay, now);
            }
        }
        return null;
    }

    /** A peer may name a relay by an address of another family than the one by which it was reached. */
    private boolean isOneHost(Ip relay, Ip inUse) {
        Tunnel known = tunnels.byOverlay(relay);
        return relay.equals(inUse) || known != null && known.addresses().contains(inUse);
    }

    /** The relay that is held ready for a tunnel, and tested for that; null when there is none. */
    @Nullable Ip of(Tunnel tunnel) {
        Standby standby = standbys.get(tunnel.primaryAddress());
        return standby == null ? null : standby.relay;
    }

    /**
     * The peer has answered a test that went through a relay.
     *
     * @param by the path by which the answer came
     */
    void answered(Tunnel tunnel, RelayEntry tested, @Nullable Path by, Tick now) {
        Standby standby = standbys.get(tunnel.primaryAddress());
        if (standby != null && tested.tunnel().addresses().contains(standby.relay)) {
            standby.missed = 0;
            standby.dueNanos = tunnel.watch().paths.of(tested.path()).triedNanos() + TEST_NANOS;
        }
        RelayEntry other = otherThanInUse(tunnel, by);
        if (other != null && silence.seeks(tunnel)) {
            take(tunnel, other, now);
            sender.testRequest(tunnel, now); // by the path that was taken: the peer follows
        }
    }

    /**
     * The peer has tested the path that it sends by. If it is another relay than ours, and ours has become silent, it
     * was the first to notice. What it sends reaches us, so that we might not notice at all. Where we have chosen ours,
     * the peer may just have chosen otherwise: ours is tested first.
     */
    void tested(Tunnel tunnel, @Nullable Path by, Tick now) {
        RelayEntry other = otherThanInUse(tunnel, by);
        long heard = tunnel.traffic().pathHeardNanos();
        if (other != null && (heard == Long.MIN_VALUE || now.nanos() - heard >= QUIET_NANOS)) {
            if (isChosen(tunnel)) {
                silence.prove(tunnel, now);
            } else {
                take(tunnel, other, now);
            }
        }
    }

    private boolean isChosen(Tunnel tunnel) {
        return switch (tunnel.watch().paths.reason()) {
            case PINNED, LESS_LOSS, SHORTER -> true;
            default -> PathChooser.isPinned(tunnel, snapshots.get().pins());
        };
    }

    /** The leg of a path through a relay besides the one in use; null for any other path. */
    private static @Nullable RelayEntry otherThanInUse(Tunnel tunnel, @Nullable Path by) {
        boolean other =
                tunnel.path() instanceof Path.Relayed && by != null && !by.equals(tunnel.path());
        return other && by instanceof Path.Relayed(RelayLeg leg) && leg instanceof RelayEntry entry
                ? entry
                : null;
    }

    private void take(Tunnel tunnel, RelayEntry leg, Tick now) {
        Path before = tunnel.path();
        relays.paths().take(tunnel, leg);
        // The new path has just brought something; what comes late by others changes nothing.
        tunnel.traffic().markPathHeard(now.nanos());
        events.emit(TunnelEvent.PathChanged.of(tunnel, before));
    }

    long nextDeadlineNanos() {
        return rounds.nextNanos();
    }
}
