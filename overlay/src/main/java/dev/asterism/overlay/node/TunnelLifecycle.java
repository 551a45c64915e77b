package dev.asterism.overlay.node;

import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.discovery.PeerDiscovery;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.handshake.Initiator;
import dev.asterism.overlay.io.Deadlines;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.LaneShared;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.lane.SnapshotCell;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelMonitor;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.tunnel.TunnelTable.TunnelRank;
import java.util.List;

/**
 * The life of tunnels: adds them to the table, checks them when due, promotes and removes them, and tells
 * discovery and people. Control plane only.
 */
final class TunnelLifecycle {

    private static final byte[] KEEPALIVE_PUNCH = {1};

    /** How long a peer that sent message 1 may take to prove itself before we look for it ourselves. */
    private static final long PROBATION_NANOS = 250_000_000L;

    private final TunnelTable tunnels;
    private final SnapshotCell snapshots;
    private final TunnelMonitor monitor;
    private final PathMeasure measure;
    private final Initiator initiator;
    private final PeerDiscovery discovery;
    private final ControlSender sender;
    private final RetiredSessions retired;
    private final EventSink events;
    private final Deadlines<Due> timers = new Deadlines<>();
    private final HalfOpenTunnels halfOpen = new HalfOpenTunnels();
    private final DuplicateWatch duplicates;

    private enum Kind {
        CHECK,
        PROBATION
    }

    /** By index, so that a tunnel that is gone is not kept until then. */
    private record Due(Kind kind, int localIndex) {

        static Due of(Kind kind, Tunnel tunnel) {
            return new Due(kind, tunnel.session().localIndex());
        }
    }

    TunnelLifecycle(
            LaneShared parts,
            Initiator initiator,
            PeerDiscovery discovery,
            ControlSender sender,
            RetiredSessions retired,
            EventSink events) {
        this.tunnels = parts.tunnels();
        this.snapshots = parts.snapshots();
        this.retired = retired;
        this.monitor = new TunnelMonitor(tunnels, settings(snapshots.get().config()));
        this.initiator = initiator;
        this.discovery = discovery;
        this.sender = sender;
        this.events = events;
        this.duplicates = new DuplicateWatch(tunnels, events);
        this.measure = new PathMeasure(tunnels, sender);
    }

    private static TunnelMonitor.Settings settings(OverlayConfig config) {
        return new TunnelMonitor.Settings(
                config.timers().connectionAliveInterval().toNanos(),
                config.timers().pendingDeletionInterval().toNanos());
    }

    /** A new session with a peer. */
    void established(
            Tunnel tunnel, TunnelRank standing, long durationNanos, int waiting, Tick now) {
        replaced(tunnels.add(tunnel, standing));
        if (!tunnel.isConfirmed()) {
            halfOpen.add(tunnel, now.nanos())
                    .forEach(old -> remove(old, RemovalReason.UNCONFIRMED));
        }
        expectLighthouse(tunnel);
        monitor.begin(tunnel, now);
        timers.at(now.nanos() + monitor.firstCheckNanos(), Due.of(Kind.CHECK, tunnel));
        if (!tunnel.isConfirmed()) {
            timers.at(now.nanos() + PROBATION_NANOS, Due.of(Kind.PROBATION, tunnel));
        }
        UnderlayAddr remote = tunnel.remote();
        if (remote != null && tunnel.isConfirmed()) {
            tunnel.remotes().learn(tunnel.primaryAddress(), remote);
            tunnel.remotes().unblockAll();
        }
        if (tunnel.isConfirmed()) {
            events.emit(establishedEvent(tunnel, durationNanos, waiting));
            discovery.sessionMade(tunnel.addresses(), now);
        } else {
            events.emit(
                    new TunnelEvent.Answered(
                            tunnel.addresses(),
                            tunnel.peerName(),
                            remote,
                            tunnel.session().localIndex()));
        }
    }

    private static TunnelEvent establishedEvent(Tunnel tunnel, long durationNanos, int waiting) {
        return new TunnelEvent.Established(
                tunnel.addresses(),
                tunnel.peerName(),
                tunnel.peer().certificate().fingerprint(),
                tunnel.remote(),
                tunnel.session().localIndex(),
                tunnel.session().remoteIndex(),
                tunnel.origin().initiator(),
                durationNanos,
                waiting);
    }

    private void expectLighthouse(Tunnel tunnel) {
        if (tunnel.addresses().stream().anyMatch(discovery::isLighthouse)) {
            tunnel.expectLighthouse();
        }
    }

    /**
     * The peer has proven itself on a tunnel made by its message 1. Returns false when that was known.
     *
     * @param from where its first packet came from: the source of message 1 may be forged
     */
    boolean confirmed(Tunnel tunnel, UnderlayAddr from, Tick now) {
        if (tunnel.isConfirmed() || tunnel.isRemoved()) {
            return false;
        }
        tunnel.confirm();
        halfOpen.remove(tunnel);
        replaced(tunnels.evictFor(tunnel));
        if (snapshots.get().remotePolicy().allows(tunnel.addresses(), from)) {
            tunnel.remote(from);
            tunnel.remotes().learn(tunnel.primaryAddress(), from);
            tunnel.remotes().unblockAll();
        }
        Tunnel primary = tunnels.byOverlay(tunnel.primaryAddress());
        boolean better =
                primary == null || !primary.isConfirmed() || TunnelTable.isNewer(tunnel, primary);
        duplicates.used(tunnel, now.nanos(), now);
        if (primary != tunnel && better && duplicates.mayPromote(tunnel, now)) {
            tunnels.promote(tunnel);
        }
        events.emit(establishedEvent(tunnel, 0, 0));
        discovery.sessionMade(tunnel.addresses(), now);
        return true;
    }

    private void replaced(List<Tunnel> evicted) {
        for (Tunnel old : evicted) {
            halfOpen.remove(old);
            retired.retire(old.session());
            events.emit(
                    removedEvent(
                            old,
                            old.isConfirmed()
                                    ? RemovalReason.REPLACED
                                    : RemovalReason.UNCONFIRMED));
        }
    }

    void remove(Tunnel tunnel, RemovalReason reason) {
        if (tunnel.isRemoved()) {
            return;
        }
        halfOpen.remove(tunnel);
        boolean last = tunnels.remove(tunnel);
        retired.retire(tunnel.session());
        events.emit(removedEvent(tunnel, reason));
        if (last) {
            discovery.peerGone(tunnel.addresses());
        }
    }

    void closeAndRemove(Tunnel tunnel, RemovalReason reason) {
        if (!tunnel.isRemoved()) {
            sender.close(tunnel);
            remove(tunnel, reason);
        }
    }

    private static TunnelEvent removedEvent(Tunnel tunnel, RemovalReason reason) {
        return new TunnelEvent.Removed(
                tunnel.addresses(), tunnel.peerName(), tunnel.session().localIndex(), reason);
    }

    int onTimer(Tick now) {
        int done = 0;
        for (Due due = timers.pollDue(now.nanos());
                due != null;
                due = timers.pollDue(now.nanos())) {
            done++;
            Tunnel tunnel = tunnels.byIndex(due.localIndex);
            if (tunnel != null) {
                switch (due.kind) {
                    case CHECK -> check(tunnel, now);
                    case PROBATION -> probation(tunnel, now);
                }
            }
        }
        return done;
    }

    long nextDeadlineNanos() {
        return timers.nextNanos();
    }

    /** Nobody has proven to be there: ask again, and look for the peer at the addresses we know. */
    private void probation(Tunnel tunnel, Tick now) {
        if (tunnel.isConfirmed()) {
            return;
        }
        sender.testRequest(tunnel, now);
        if (tunnels.isPrimary(tunnel)) {
            initiator.start(tunnel.primaryAddress(), null, now);
        }
    }

    private void check(Tunnel tunnel, Tick now) {
        duplicates.used(tunnel, tunnel.traffic().peerUsedNanos(), now);
        NodeSnapshot snapshot = snapshots.get();
        TunnelMonitor.Decision decision =
                monitor.check(
                        tunnel,
                        policy(snapshot),
                        snapshot.identity().certificate(),
                        snapshot.identity().primary(),
                        now);
        if (decision.punch()) {
            punch(tunnel, snapshot);
        }
        switch (decision.action()) {
            case KEEP -> {}
            case TEST -> test(tunnel, snapshot, now);
            case REHANDSHAKE -> initiator.start(tunnel.primaryAddress(), null, now);
            case MAKE_PRIMARY -> {
                if (duplicates.mayPromote(tunnel, now)) {
                    makePrimary(tunnel);
                }
            }
            case CLOSE_INVALID -> closeAndRemove(tunnel, RemovalReason.CERTIFICATE_INVALID);
            case CLOSE_INACTIVE -> closeAndRemove(tunnel, RemovalReason.INACTIVE);
            case REMOVE_DEAD -> remove(tunnel, whySilent(tunnel));
            case REMOVE_EXHAUSTED -> remove(tunnel, RemovalReason.EXHAUSTED);
        }
        if (!tunnel.isRemoved()) {
            measure.checked(tunnel, now);
            lookForBetterPath(tunnel, snapshot, now);
            timers.at(now.nanos() + decision.recheckNanos(), Due.of(Kind.CHECK, tunnel));
        }
    }

    /** A peer that is well on another session has only stopped using this one. */
    private RemovalReason whySilent(Tunnel tunnel) {
        boolean other =
                tunnels.allOf(tunnel.primaryAddress()).stream()
                        .anyMatch(held -> held != tunnel && held.isConfirmed());
        return other ? RemovalReason.SUPERSEDED : RemovalReason.DEAD;
    }

    private static TunnelMonitor.Policy policy(NodeSnapshot snapshot) {
        OverlayConfig config = snapshot.config();
        return new TunnelMonitor.Policy(
                snapshot.cas(),
                config.pki().disconnectInvalid(),
                config.tunnels().dropInactive(),
                config.tunnels().inactivityTimeout().toNanos());
    }

    private void makePrimary(Tunnel tunnel) {
        tunnels.promote(tunnel);
        events.emit(
                new TunnelEvent.MadePrimary(
                        tunnel.addresses(), tunnel.peerName(), tunnel.session().localIndex()));
    }

    private void test(Tunnel tunnel, NodeSnapshot snapshot, Tick now) {
        if (snapshot.config().punchy().targetAllRemotes()) {
            punch(tunnel, snapshot);
        }
        sender.testRequest(tunnel, now);
    }

    PathMeasure measure() {
        return measure;
    }

    /** Keeps a NAT's mapping alive; lighthouses hear from us anyway (spec wire.md 7.3). */
    private void punch(Tunnel tunnel, NodeSnapshot snapshot) {
        OverlayConfig.Punchy punchy = snapshot.config().punchy();
        if (!punchy.punch() || tunnel.addresses().stream().anyMatch(discovery::isLighthouse)) {
            return;
        }
        UnderlayAddr remote = tunnel.remote();
        if (punchy.targetAllRemotes()) {
            candidates(tunnel, snapshot).forEach(to -> sender.punch(to, KEEPALIVE_PUNCH));
        } else if (remote != null) {
            sender.punch(remote, KEEPALIVE_PUNCH);
        }
    }

    private static List<UnderlayAddr> candidates(Tunnel tunnel, NodeSnapshot snapshot) {
        return tunnel.remotes().candidates(snapshot.config().preferredRanges());
    }

    /** Every so many packets: try preferred candidates, ask the lighthouses again (spec wire.md 7.4). */
    private void lookForBetterPath(Tunnel tunnel, NodeSnapshot snapshot, Tick now) {
        OverlayConfig config = snapshot.config();
        if (config.lighthouse().amLighthouse()) {
            return;
        }
        Tunnel.Watch watch = tunnel.watch();
        long out = tunnel.traffic().packetsOut();
        int promoteEvery = config.counters().tryPromote();
        if (promoteEvery > 0 && out - watch.search.promoteSeenOut >= promoteEvery) {
            watch.search.promoteSeenOut = out;
            tryPreferred(tunnel, snapshot);
        }
        int requeryEvery = config.counters().requeryEveryPackets();
        boolean rested =
                watch.search.lastRequeryNanos == Long.MIN_VALUE
                        || now.nanos() - watch.search.lastRequeryNanos
                                >= config.timers().requeryWaitDuration().toNanos();
        if (requeryEvery > 0 && rested && out - watch.search.requerySeenOut >= requeryEvery) {
            watch.search.requerySeenOut = out;
            watch.search.lastRequeryNanos = now.nanos();
            discovery.query(tunnel.primaryAddress(), now);
        }
    }

    private void tryPreferred(Tunnel tunnel, NodeSnapshot snapshot) {
        UnderlayAddr current = tunnel.remote();
        if (current != null && isPreferred(current, snapshot)) {
            return;
        }
        for (UnderlayAddr candidate : candidates(tunnel, snapshot)) {
            if (isPreferred(candidate, snapshot)) {
                sender.testRequest(tunnel, candidate);
            }
        }
    }

    static boolean isPreferred(UnderlayAddr address, NodeSnapshot snapshot) {
        return snapshot.config().preferredRanges().stream()
                .anyMatch(range -> range.contains(address.ip()));
    }

    /** After a reload: what must not stay goes at once, and every other tunnel is checked soon. */
    void sweep(Tick now) {
        for (Tunnel tunnel : List.copyOf(tunnels.all())) {
            expectLighthouse(tunnel);
            if (monitor.mustDisconnect(tunnel, policy(snapshots.get()), now)) {
                closeAndRemove(tunnel, RemovalReason.CERTIFICATE_INVALID);
            }
        }
    }

    /** The process did not run for so long: silent peers get another chance. */
    void forgiveSilence(long lateNanos) {
        events.emit(new TunnelEvent.Stalled(lateNanos));
        monitor.forgiveSilence();
    }

    void closeAll() {
        for (Tunnel tunnel : List.copyOf(tunnels.all())) {
            closeAndRemove(tunnel, RemovalReason.SHUTDOWN);
        }
    }
}
