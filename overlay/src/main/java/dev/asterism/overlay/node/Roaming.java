package dev.asterism.overlay.node;

import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.handshake.Initiator;
import dev.asterism.overlay.io.Deadlines;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.lane.RecvErrorRateLimiter;
import dev.asterism.overlay.lane.SnapshotCell;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.tunnel.RateLimit;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.Objects;

/**
 * Where tunnels go and whether they still work: roaming (spec wire.md 7.4) and doubt after a
 * recv_error (wire.md 7.1). A recv_error proves nothing, so it is a hint: a test request;
 * unanswered, a handshake beside the tunnel; closed only after a second without an authenticated
 * answer. Control plane only.
 */
final class Roaming {

    private static final long SECOND = 1_000_000_000L;
    private static final long ROAM_BACK_NANOS = 2 * SECOND;

    /** Some round trips; what they take on the path is not known. */
    private static final long ANSWER_NANOS = SECOND / 10;

    private static final long PROBE_TIMEOUT_NANOS = SECOND;

    private final TunnelTable tunnels;
    private final SnapshotCell snapshots;
    private final TunnelLifecycle keeper;
    private final Initiator initiator;
    private final ControlSender sender;
    private final EventSink events;
    private final Deadlines<Tunnel> recvErrorProbes = new Deadlines<>();

    Roaming(
            TunnelTable tunnels,
            SnapshotCell snapshots,
            TunnelLifecycle keeper,
            Initiator initiator,
            ControlSender sender,
            EventSink events) {
        this.tunnels = tunnels;
        this.snapshots = snapshots;
        this.keeper = keeper;
        this.initiator = initiator;
        this.sender = sender;
        this.events = events;
    }

    /**
     * An authenticated packet of the peer came from {@code to}. Returns true when the tunnel leads
     * there now and did not before.
     */
    boolean moved(Tunnel tunnel, UnderlayAddr to, Tick now) {
        UnderlayAddr before = tunnel.remote();
        if (!to.equals(before)) {
            tunnel.watch().quality.heardElsewhere();
        }
        if (tunnel.isRemoved()
                || to.equals(before)
                || !snapshots.get().remotePolicy().allows(tunnel.addresses(), to)) {
            return false;
        }
        Tunnel.Watch watch = tunnel.watch();
        if (to.equals(watch.roamedFrom) && now.nanos() - watch.roamedNanos < ROAM_BACK_NANOS) {
            return false;
        }
        watch.roamedNanos = now.nanos();
        watch.roamedFrom = before;
        watch.quality.pathChanged();
        tunnel.remote(to);
        tunnel.remotes().learn(tunnel.primaryAddress(), to);
        events.emit(new TunnelEvent.Roamed(tunnel.addresses(), tunnel.peerName(), before, to));
        return true;
    }

    /**
     * Whether a repeated message 1 gets its message 2 again. Anybody can repeat it with any source address, so answers
     * are limited; those to where the tunnel leads have a limit of their own, as a peer that lost message 2 needs them.
     */
    boolean mayAnswerAgain(Tunnel tunnel, UnderlayAddr from, Tick now) {
        Tunnel.RepeatLimits repeats = tunnel.watch().repeats;
        RateLimit limit = from.equals(tunnel.remote()) ? repeats.answers : repeats.answersElsewhere;
        return limit.take(now.nanos());
    }

    /**
     * The same message 1 came again from {@code source}, which proves nothing about it. If it is in a preferred range
     * and the path is not, asks there: the reply is authenticated and makes the tunnel move.
     */
    void probeIfPreferred(Tunnel tunnel, UnderlayAddr source) {
        UnderlayAddr current = tunnel.remote();
        NodeSnapshot snapshot = snapshots.get();
        boolean better =
                current == null
                        || (!TunnelLifecycle.isPreferred(current, snapshot)
                                && TunnelLifecycle.isPreferred(source, snapshot));
        if (better && snapshot.remotePolicy().allows(tunnel.addresses(), source)) {
            sender.testRequest(tunnel, source);
        }
    }

    /** An older message 1 of the peer came, perhaps a replay: asks whether the newer session still works. */
    void testAgainstOlder(Tunnel newer, Tick now) {
        if (newer.watch().repeats.tests.take(now.nanos())) {
            sender.testRequest(newer, now);
        }
    }

    void recvError(UnderlayAddr from, int index, Tick now) {
        Tunnel tunnel = tunnels.byRemoteIndex(index);
        boolean accepted =
                RecvErrorRateLimiter.settingAllows(
                        snapshots.get().config().listen().acceptRecvError(),
                        from.ip().hi(),
                        from.ip().lo());
        if (tunnel == null || !accepted || !Objects.equals(tunnel.remote(), from)) {
            return;
        }
        Tunnel.Watch watch = tunnel.watch();
        if (watch.recvErrorProbeSinceNanos != Long.MIN_VALUE
                || isRecent(watch.lastRecvErrorProbeNanos, now)) {
            return;
        }
        watch.recvErrorProbeSinceNanos = now.nanos();
        watch.lastRecvErrorProbeNanos = now.nanos();
        watch.packetsInAtRecvErrorProbe = tunnel.traffic().packetsIn();
        sender.testRequest(tunnel, now);
        recvErrorProbes.at(now.nanos() + ANSWER_NANOS, tunnel);
        events.emit(
                new TunnelEvent.RecvErrorProbed(
                        tunnel.addresses(), tunnel.peerName(), tunnel.session().localIndex()));
    }

    private static boolean isRecent(long nanos, Tick now) {
        return nanos != Long.MIN_VALUE && now.nanos() - nanos < SECOND;
    }

    int onTimer(Tick now) {
        int done = 0;
        for (Tunnel due = recvErrorProbes.pollDue(now.nanos());
                due != null;
                due = recvErrorProbes.pollDue(now.nanos())) {
            done++;
            onProbeTimeout(due, now);
        }
        return done;
    }

    long nextDeadlineNanos() {
        return recvErrorProbes.nextNanos();
    }

    private void onProbeTimeout(Tunnel tunnel, Tick now) {
        Tunnel.Watch watch = tunnel.watch();
        if (tunnel.isRemoved() || watch.recvErrorProbeSinceNanos == Long.MIN_VALUE) {
            return;
        }
        if (tunnel.traffic().packetsIn() != watch.packetsInAtRecvErrorProbe) {
            watch.recvErrorProbeSinceNanos = Long.MIN_VALUE;
            return;
        }
        if (now.nanos() - watch.recvErrorProbeSinceNanos >= PROBE_TIMEOUT_NANOS) {
            keeper.remove(tunnel, RemovalReason.PEER_LOST_SESSION);
            return;
        }
        if (tunnels.isPrimary(tunnel)) {
            initiator.start(tunnel.primaryAddress(), null, now);
        }
        recvErrorProbes.at(watch.recvErrorProbeSinceNanos + PROBE_TIMEOUT_NANOS, tunnel);
    }

    /** Our own addresses changed: whoever we talk to must hear from us to follow. */
    void announce(Tick now) {
        tunnels.all().forEach(tunnel -> sender.testRequest(tunnel, now));
    }
}
