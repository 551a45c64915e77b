package dev.asterism.overlay.node;

import dev.asterism.overlay.config.PathPin;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.handshake.Initiator;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.lane.SnapshotCell;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.path.PathPins;
import dev.asterism.overlay.path.RelayLeg;
import dev.asterism.overlay.relay.RelayEntry;
import dev.asterism.overlay.relay.RelayNegotiator;
import dev.asterism.overlay.relay.RelayPaths;
import dev.asterism.overlay.tunnel.PathHistory;
import dev.asterism.overlay.tunnel.PathReason;
import dev.asterism.overlay.tunnel.PathRecord;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Moves a tunnel that works to the relay that {@code asterism.paths} prefers, or to one that loses less or has a
 * shorter round trip (docs/adr/0034-pinned-paths.md). A path is taken only when a test request by it was just answered,
 * and at most once a minute for a peer. Other direct paths are not measured, as a stock peer follows whatever
 * authenticated packet comes straight to it. A path that brings nothing any more is left by {@link SilenceProbe}, not
 * here.
 *
 * <p>Packets: for a tunnel in use one test request every five seconds through each of at most {@value #MAX_RELAYS}
 * relays, or one a second while the relay in use loses packets. Control plane only.
 */
final class PathChooser {

    private static final long SECOND = 1_000_000_000L;
    private static final long REST_NANOS = 60 * SECOND;
    private static final int TRY_SECONDS = 5;
    private static final int MAX_RELAYS = 3;
    private static final int MAX_MISSED = 3;

    private final TunnelTable tunnels;
    private final SnapshotCell snapshots;
    private final RelayNegotiator relays;
    private final Initiator initiator;
    private final ControlSender sender;
    private final StandbyRelays standbys;
    private final EventSink events;
    private final TunnelRounds rounds;
    private long seconds;

    PathChooser(
            NodeCore core,
            RelayNegotiator relays,
            Initiator initiator,
            StandbyRelays standbys,
            EventSink events) {
        this.tunnels = core.tunnels();
        this.snapshots = core.control().snapshots();
        this.relays = relays;
        this.initiator = initiator;
        this.standbys = standbys;
        this.sender = core.sender();
        this.events = events;
        this.rounds = new TunnelRounds(tunnels, SECOND);
    }

    long nextDeadlineNanos() {
        return rounds.nextNanos();
    }

    int onTimer(Tick now) {
        boolean begins = rounds.isBetweenRounds();
        List<Tunnel> due = rounds.takeDue(now);
        if (due == null) {
            return 0;
        }
        if (begins) {
            seconds++;
        }
        for (Tunnel tunnel : due) {
            if (tunnel.isConfirmed() && !tunnel.isRemoved() && tunnels.isPrimary(tunnel)) {
                noticeChange(tunnel, now);
                look(tunnel, now);
            }
        }
        return 1;
    }

    /** At the first look the path is the one that the tunnel was made with. */
    private static void noticeChange(Tunnel tunnel, Tick now) {
        PathHistory paths = tunnel.watch().paths;
        boolean first = paths.changedNanos() == PathRecord.UNKNOWN;
        paths.look(tunnel.path(), first ? tunnel.watch().establishedNanos : now.nanos());
    }

    private void look(Tunnel tunnel, Tick now) {
        NodeSnapshot snapshot = snapshots.get();
        PathPin pin = snapshot.pins().of(tunnel.peer().certificate());
        boolean isTurn = seconds % TRY_SECONDS == 0;
        if (pin != null && pin.neverRelay()) {
            if (tunnel.path() == null && isTurn) {
                initiator.start(tunnel.primaryAddress(), null, now);
            }
        } else if (pin != null && pin.prefersRelay()) {
            if (isTurn && snapshot.config().relay().useRelays() && !isPinned(tunnel, pin)) {
                test(tunnel, withoutStandby(tunnel, wanted(tunnel, pin)), true, now);
            }
        } else if (StandbyRelays.hasSentLately(tunnel, now)) {
            measure(tunnel, isTurn, now);
        }
    }

    /** Whether packets go by the relay that the configuration prefers for the peer. */
    static boolean isPinned(Tunnel tunnel, PathPins pins) {
        return isPinned(tunnel, pins.of(tunnel.peer().certificate()));
    }

    /** Whether packets go by the relay that the entry prefers. */
    static boolean isPinned(Tunnel tunnel, @Nullable PathPin pin) {
        return pin != null
                && tunnel.path() instanceof Path.Relayed(RelayLeg leg)
                && leg.isUsable()
                && PathPins.means(pin, leg);
    }

    /** A direct path is not left while it works, so that other paths need not be known. */
    private void measure(Tunnel tunnel, boolean isTurn, Tick now) {
        if (!(tunnel.path() instanceof Path.Relayed current)) {
            return;
        }
        boolean lossy = PathComparison.isLossy(tunnel.watch().paths.of(current), now.nanos());
        if (lossy || isTurn) {
            Set<Ip> others = others(tunnel);
            test(tunnel, lossy ? others : withoutStandby(tunnel, others), lossy && isTurn, now);
        }
    }

    /** {@link StandbyRelays} tests the relay that it holds ready every five seconds already. */
    private Set<Ip> withoutStandby(Tunnel tunnel, Set<Ip> relays) {
        relays.remove(standbys.of(tunnel));
        return relays;
    }

    /** Relays by which the peer can be reached, without the one in use. */
    private static Set<Ip> others(Tunnel tunnel) {
        Set<Ip> others = new LinkedHashSet<>(RelayPaths.relaysOf(tunnel));
        others.removeAll(tunnel.addresses());
        if (tunnel.path() instanceof Path.Relayed(RelayLeg leg)) {
            others.removeAll(leg.relayAddresses());
        }
        return others;
    }

    /**
     * The relay that the entry means. By a name it is found among the hosts to which there is a tunnel; where none has
     * that name, it may be any relay of the peer to which there is no tunnel yet.
     */
    private Set<Ip> wanted(Tunnel tunnel, PathPin pin) {
        Set<Ip> wanted = new LinkedHashSet<>();
        Ip address = Ip.parse(pin.relay());
        if (address != null) {
            wanted.add(address);
            return wanted;
        }
        for (Tunnel other : tunnels.all()) {
            if (other.peerName().equals(pin.relay())) {
                wanted.add(other.primaryAddress());
            }
        }
        if (wanted.isEmpty()) {
            wanted.addAll(others(tunnel));
            wanted.removeIf(relay -> tunnels.byOverlay(relay) != null);
        }
        return wanted;
    }

    /**
     * @param asks whether relays that do not carry packets to the peer yet, or no more, are asked to
     */
    private void test(Tunnel tunnel, Set<Ip> through, boolean asks, Tick now) {
        PathHistory paths = tunnel.watch().paths;
        int tested = 0;
        for (Ip relay : through) {
            RelayEntry entry = relays.ready(tunnel, relay, asks);
            if (entry != null) {
                if (asks && paths.of(entry.path()).unanswered() >= MAX_MISSED) {
                    relays.prepare(tunnel.primaryAddress(), relay, true);
                }
                sender.testRequest(tunnel, entry, now);
            }
            if (++tested == MAX_RELAYS) {
                return;
            }
        }
    }

    /** A test request by that relay was answered. */
    void answered(Tunnel tunnel, RelayEntry entry, Tick now) {
        PathReason why = reason(tunnel, entry, now);
        if (why != null) {
            take(tunnel, entry, why, now);
        }
    }

    private @Nullable PathReason reason(Tunnel tunnel, RelayEntry entry, Tick now) {
        PathHistory paths = tunnel.watch().paths;
        PathPin pin = snapshots.get().pins().of(tunnel.peer().certificate());
        Path current = tunnel.path();
        if (pin != null && pin.neverRelay()) {
            return null;
        }
        if (pin != null && pin.prefersRelay()) {
            return !isPinned(tunnel, pin)
                            && PathPins.means(pin, entry)
                            && (paths.hasRestedFromPin(REST_NANOS, now.nanos())
                                    || Roaming.isDark(tunnel, now))
                    ? PathReason.PINNED
                    : null;
        }
        if (!(current instanceof Path.Relayed)
                || entry.path().equals(current)
                || now.nanos() - paths.changedNanos() < REST_NANOS) {
            return null;
        }
        PathRecord inUse = paths.of(current);
        PathRecord other = paths.ofRelay(entry.relay());
        return inUse == other ? null : PathComparison.better(inUse, other, now.nanos());
    }

    private void take(Tunnel tunnel, RelayEntry entry, PathReason why, Tick now) {
        Path before = tunnel.path();
        relays.reached(tunnel, entry.path());
        tunnel.moveTo(entry.path(), why, now.nanos());
        tunnel.traffic().markPathHeard(now.nanos()); // it was just answered
        if (why == PathReason.PINNED) {
            tunnel.watch().paths.pinned(now.nanos());
        }
        events.emit(TunnelEvent.PathChanged.of(tunnel, before));
    }

    /** Another configuration is in force: relays that it forbids are left at once. */
    void reconfigured(Tick now) {
        PathPins pins = snapshots.get().pins();
        for (Tunnel tunnel : List.copyOf(tunnels.all())) {
            if (!pins.allows(tunnel.peer().certificate(), tunnel.path())) {
                tunnel.path(null);
                tunnel.watch().paths.changed(PathReason.PINNED);
                if (tunnels.isPrimary(tunnel)) {
                    initiator.start(tunnel.primaryAddress(), null, now);
                }
            }
        }
    }
}
