package dev.asterism.overlay.node;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateId;
import dev.asterism.overlay.cert.Verification;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.discovery.PeerDiscovery;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.handshake.Initiator;
import dev.asterism.overlay.handshake.RefusedPeers;
import dev.asterism.overlay.io.Deadlines;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.lane.SnapshotCell;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.relay.RelayNegotiator;
import dev.asterism.overlay.tunnel.PathReason;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelMonitor;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.tunnel.TunnelTable.TunnelRank;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The life of tunnels: adds them to the table, checks them when due, promotes and removes them, and tells
 * discovery and people. Control plane only.
 */
final class TunnelLifecycle {

    private final TunnelTable tunnels;
    private final SnapshotCell snapshots;
    private final TunnelMonitor monitor;
    private final PathMeasure measure;
    private final Initiator initiator;
    private final PeerDiscovery discovery;
    private final ControlSender sender;
    private final Followers followers;
    private final EventSink events;

    /** By local index, so that a tunnel that is gone is not kept until then. */
    private final Deadlines<Integer> checks = new Deadlines<>();

    private final HalfOpenTunnels halfOpen;
    private final Probation probation;
    private final PathUpkeep upkeep;
    private final ExpiryTimers expiries = new ExpiryTimers();
    private final DuplicateWatch duplicates;

    /** Who follows tunnels that come and go. */
    record Followers(
            PathMtu mtu, RetiredSessions retired, RelayNegotiator relays, RefusedPeers refused) {}

    TunnelLifecycle(
            NodeCore core,
            Initiator initiator,
            PeerDiscovery discovery,
            Followers followers,
            EventSink events) {
        this.tunnels = core.tunnels();
        this.snapshots = core.control().snapshots();
        this.followers = followers;
        this.monitor = new TunnelMonitor(tunnels, settings(snapshots.get().config()));
        this.initiator = initiator;
        this.discovery = discovery;
        this.sender = core.sender();
        this.events = events;
        this.duplicates = new DuplicateWatch(tunnels, events);
        this.measure = new PathMeasure(tunnels, sender);
        this.upkeep = new PathUpkeep(discovery, sender);
        this.halfOpen = HalfOpenTunnels.of(snapshots.get().config().lighthouse().amLighthouse());
        this.probation = new Probation(tunnels, sender, initiator, halfOpen);
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
        followers.relays().reached(tunnel, tunnel.path());
        if (!tunnel.isConfirmed()) {
            halfOpen.add(tunnel, now.nanos())
                    .forEach(old -> remove(old, RemovalReason.UNCONFIRMED));
        }
        expectLighthouse(tunnel);
        followers.mtu().established(tunnel);
        monitor.begin(tunnel, now);
        checks.at(now.nanos() + monitor.firstCheckNanos(), tunnel.session().localIndex());
        expiries.checked(tunnel, monitor.firstCheckNanos(), now);
        if (!tunnel.isConfirmed()) {
            probation.begin(tunnel, now);
        }
        if (tunnel.isConfirmed()) {
            followers.refused().proven(tunnel.addresses());
            learn(tunnel);
            events.emit(establishedEvent(tunnel, durationNanos, waiting));
            discovery.sessionMade(tunnel.addresses(), now);
            followers.relays().connected(tunnel, now);
        } else {
            events.emit(
                    new TunnelEvent.Answered(
                            tunnel.addresses(),
                            tunnel.peerName(),
                            whereTo(tunnel),
                            tunnel.session().localIndex()));
        }
    }

    /** Keeps where a proven peer is, if it is reached there. */
    private static void learn(Tunnel tunnel) {
        UnderlayAddr remote = tunnel.remote();
        if (remote != null) {
            tunnel.remotes().learn(tunnel.primaryAddress(), remote);
            tunnel.remotes().unblockAll();
        }
    }

    private static @Nullable String whereTo(Tunnel tunnel) {
        Path path = tunnel.path();
        return path == null ? null : path.underlayText();
    }

    private static TunnelEvent establishedEvent(Tunnel tunnel, long durationNanos, int waiting) {
        return new TunnelEvent.Established(
                tunnel.addresses(),
                tunnel.peerName(),
                tunnel.peer().certificate().fingerprint(),
                whereTo(tunnel),
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
    boolean confirmed(Tunnel tunnel, Path from, Tick now) {
        if (tunnel.isConfirmed() || tunnel.isRemoved()) {
            return false;
        }
        tunnel.confirm();
        followers.refused().proven(tunnel.addresses());
        halfOpen.remove(tunnel);
        replaced(tunnels.evictFor(tunnel));
        NodeSnapshot snapshot = snapshots.get();
        if (snapshot.remotePolicy().allows(tunnel.addresses(), from)
                && snapshot.pins().allows(tunnel.peer().certificate(), from)) {
            // Mostly that of message 1: one object in memory for all who keep it.
            Path before = tunnel.path();
            Path proven = before != null && before.equals(from) ? before : from;
            tunnel.path(proven);
            tunnel.watch().paths.of(proven).handshakeAnswered(now.nanos());
            followers.relays().chosenByPeer(tunnel, proven);
            learn(tunnel);
        }
        Tunnel primary = tunnels.byOverlay(tunnel.primaryAddress());
        boolean better =
                primary == null || !primary.isConfirmed() || TunnelTable.isNewer(tunnel, primary);
        duplicates.used(tunnel, now.nanos(), now);
        if (primary != tunnel && better && duplicates.mayPromote(tunnel, now)) {
            tunnels.promote(tunnel);
        }
        if (tunnels.isPrimary(tunnel)) { // which it may have been from the start
            tunnel.watch().paths.changed(PathReason.HANDSHAKE);
        }
        events.emit(establishedEvent(tunnel, 0, 0));
        discovery.sessionMade(tunnel.addresses(), now);
        followers.relays().connected(tunnel, now);
        return true;
    }

    /** Whether packets to the peer go by it. */
    boolean isPrimary(Tunnel tunnel) {
        return tunnels.isPrimary(tunnel);
    }

    private void replaced(List<Tunnel> evicted) {
        for (Tunnel old : evicted) {
            halfOpen.remove(old);
            followers.relays().removed(old, tunnels.allOf(old.primaryAddress()).isEmpty());
            followers.retired().retire(old.session());
            events.emit(
                    TunnelEvent.Removed.of(
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
        followers.relays().removed(tunnel, last);
        followers.retired().retire(tunnel.session());
        events.emit(TunnelEvent.Removed.of(tunnel, reason));
        if (last) {
            discovery.peerGone(tunnel.addresses());
        }
    }

    void closeAndRemove(Tunnel tunnel, RemovalReason reason) {
        closeAndRemove(List.of(tunnel), reason);
    }

    /**
     * Tells the peers while the lanes know the tunnels: a lane that does not know one any more answers with
     * recv_error, which could arrive before our close. Relayed ones first: without the relay's tunnel their peers would
     * not be told.
     */
    void closeAndRemove(Collection<Tunnel> these, RemovalReason reason) {
        List<Tunnel> closing =
                these.stream()
                        .filter(tunnel -> !tunnel.isRemoved())
                        .sorted(
                                Comparator.comparing(
                                        tunnel -> tunnel.path() instanceof Path.Direct))
                        .toList();
        closing.forEach(sender::close);
        sender.flush();
        closing.forEach(tunnel -> remove(tunnel, reason));
    }

    int onTimer(Tick now) {
        int done = expiries.onTimer(now, index -> judge(tunnels.byIndex(index), now));
        done += probation.onTimer(now);
        for (Integer due = checks.pollDue(now.nanos());
                due != null;
                due = checks.pollDue(now.nanos())) {
            done++;
            Tunnel tunnel = tunnels.byIndex(due);
            if (tunnel != null) {
                check(tunnel, now);
            }
        }
        return done;
    }

    long nextDeadlineNanos() {
        long next = Math.min(checks.nextNanos(), expiries.nextDeadlineNanos());
        return Math.min(next, probation.nextDeadlineNanos());
    }

    private void check(Tunnel tunnel, Tick now) {
        duplicates.used(tunnel, tunnel.traffic().peerUsedNanos(), now);
        NodeSnapshot snapshot = snapshots.get();
        TunnelMonitor.Decision decision =
                monitor.check(tunnel, policy(snapshot), snapshot.identity(), now);
        if (decision.punch()) {
            upkeep.punch(tunnel, snapshot);
        }
        switch (decision.action()) {
            case KEEP -> {}
            case TEST -> test(tunnel, snapshot, now);
            case REHANDSHAKE -> handshakeAgain(tunnel, now);
            case MAKE_PRIMARY -> {
                if (duplicates.mayPromote(tunnel, now)) {
                    makePrimary(tunnel);
                }
            }
            case CLOSE_INVALID -> judge(tunnel, now);
            case CLOSE_INACTIVE -> closeAndRemove(tunnel, RemovalReason.INACTIVE);
            case REMOVE_DEAD -> remove(tunnel, whySilent(tunnel));
            case REMOVE_EXHAUSTED -> remove(tunnel, RemovalReason.EXHAUSTED);
        }
        if (!tunnel.isRemoved()) {
            measure.checked(tunnel, now);
            followers.relays().checked(tunnel);
            upkeep.lookForBetterPath(tunnel, snapshot, now);
            checks.at(now.nanos() + decision.recheckNanos(), tunnel.session().localIndex());
            expiries.checked(tunnel, decision.recheckNanos(), now);
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

    /**
     * The peer may have lost this session, which it has used, and have gone back to an older one: if its last packet
     * came by that, so do ours go from now on. Whoever only says that a session is lost does not bring this about.
     */
    void followPeer(Tunnel doubted, Tick now) {
        boolean wasUsed = doubted.traffic().peerUsedNanos() != Long.MIN_VALUE;
        if (!wasUsed || !tunnels.isPrimary(doubted)) {
            return;
        }
        Tunnel used = doubted;
        for (Tunnel held : tunnels.allOf(doubted.primaryAddress())) {
            if (held.isConfirmed() && held.traffic().peerUsedMoreRecentlyThan(used.traffic())) {
                used = held;
            }
        }
        if (used != doubted && duplicates.mayPromote(used, now)) {
            makePrimary(used);
        }
    }

    private void makePrimary(Tunnel tunnel) {
        tunnels.promote(tunnel);
        events.emit(
                new TunnelEvent.MadePrimary(
                        tunnel.addresses(), tunnel.peerName(), tunnel.session().localIndex()));
    }

    private void test(Tunnel tunnel, NodeSnapshot snapshot, Tick now) {
        if (snapshot.config().punchy().targetAllRemotes()) {
            upkeep.punch(tunnel, snapshot);
        }
        sender.testRequest(tunnel, now);
    }

    PathMeasure measure() {
        return measure;
    }

    /** After a reload: what must not stay goes at once, and every other tunnel is checked soon. */
    void sweep(Tick now) {
        followers.refused().listsChanged(snapshots.get().cas());
        tunnels.all().forEach(this::expectLighthouse);
        List<Tunnel> refused = tunnels.all().stream().filter(t -> tellIfRefused(t, now)).toList();
        closeAndRemove(refused, RemovalReason.CERTIFICATE_INVALID);
    }

    /** With a relayed peer the relays are tried first: it may hear what goes straight there, and not we the answer. */
    private void handshakeAgain(Tunnel tunnel, Tick now) {
        if (tunnel.path() instanceof Path.Relayed) {
            initiator.startBeside(tunnel.primaryAddress(), now);
        }
        int version =
                TunnelMonitor.versionFor(tunnel, snapshots.get().identity().validAt(now.wall()));
        initiator.startWith(version, tunnel.primaryAddress(), now);
    }

    private void judge(@Nullable Tunnel tunnel, Tick now) {
        if (tunnel != null && tellIfRefused(tunnel, now)) {
            closeAndRemove(tunnel, RemovalReason.CERTIFICATE_INVALID);
        }
    }

    /** Whether its certificate is refused, which is told then. */
    private boolean tellIfRefused(Tunnel tunnel, Tick now) {
        Verification.Refused refusal = monitor.refusal(tunnel, policy(snapshots.get()), now);
        if (refusal == null) {
            return false;
        }
        Certificate shown = tunnel.peer().certificate();
        RefusedPeers.Peer peer =
                new RefusedPeers.Peer(
                        tunnel.peerName(), tunnel.addresses(), CertificateId.of(shown));
        followers.refused().refused(peer, refusal.message(), now);
        events.emit(
                new TunnelEvent.CertificateRefused(
                        peer.addresses(), peer.name(), shown.fingerprint(), refusal.message()));
        return true;
    }

    /** The process did not run for so long: silent peers get another chance. */
    void forgiveSilence(long lateNanos) {
        events.emit(new TunnelEvent.Stalled(lateNanos));
        monitor.forgiveSilence();
    }
}
