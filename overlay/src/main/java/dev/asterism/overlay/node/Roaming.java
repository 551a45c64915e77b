package dev.asterism.overlay.node;

import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.handshake.Initiator;
import dev.asterism.overlay.io.Deadlines;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.lane.RecvErrorRateLimiter;
import dev.asterism.overlay.lane.SnapshotCell;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.path.RelayLeg;
import dev.asterism.overlay.relay.RelayNegotiator;
import dev.asterism.overlay.tunnel.PathReason;
import dev.asterism.overlay.tunnel.RateLimit;
import dev.asterism.overlay.tunnel.RepeatLimits;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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

    /** Peers give us up after 15 s; what they say of a lost session after such a pause is likely true. */
    private static final long AFTER_PAUSE_NANOS = 5 * SECOND;

    private final TunnelTable tunnels;
    private final SnapshotCell snapshots;
    private final TunnelLifecycle keeper;
    private final Initiator initiator;
    private final ControlSender sender;
    private final RelayNegotiator relays;
    private final EventSink events;
    private final DirectReturn directs;
    private final DoubtedSessions doubted;
    private final Deadlines<Tunnel> recvErrorProbes = new Deadlines<>();

    /** Until when a handshake does not wait for the answer to a test. */
    private long pausedUntilNanos = Long.MIN_VALUE;

    Roaming(
            NodeCore core,
            TunnelLifecycle keeper,
            Initiator initiator,
            RelayNegotiator relays,
            DirectReturn directs,
            EventSink events) {
        this.tunnels = core.tunnels();
        this.snapshots = core.control().snapshots();
        this.keeper = keeper;
        this.initiator = initiator;
        this.sender = core.sender();
        this.relays = relays;
        this.directs = directs;
        this.events = events;
        this.doubted = new DoubtedSessions(tunnels, sender);
    }

    /** Packets for sessions that peers may have lost. */
    DoubtedSessions doubted() {
        return doubted;
    }

    /**
     * An authenticated packet of the peer came from {@code to}. Returns true when the tunnel leads
     * there now and did not before.
     */
    boolean moved(Tunnel tunnel, Path path, Tick now) {
        relays.reached(tunnel, path);
        if (tunnel.isRemoved() || !(path instanceof Path.Direct(UnderlayAddr to))) {
            return false;
        }
        if (tunnel.path() instanceof Path.Relayed(RelayLeg leg) && leg.isUsable()) {
            directs.heard(tunnel, to, now);
            return false;
        }
        UnderlayAddr before = tunnel.remote();
        if (!to.equals(before)) {
            tunnel.watch().quality.heardElsewhere();
        }
        if (to.equals(before) || !snapshots.get().remotePolicy().allows(tunnel.addresses(), to)) {
            return false;
        }
        Tunnel.Watch watch = tunnel.watch();
        if (!watch.search().takes(to, tunnel.traffic().pathHeardNanos(), now.nanos())) {
            return false;
        }
        if (to.equals(watch.lastMove().from)
                && now.nanos() - watch.lastMove().nanos < ROAM_BACK_NANOS) {
            return false;
        }
        watch.lastMove().nanos = now.nanos();
        watch.lastMove().from = before;
        tunnel.moveTo(path, PathReason.PEER_SENDS, now.nanos());
        watch.paths.of(path).handshakeAnswered(now.nanos());
        tunnel.remotes().learn(tunnel.primaryAddress(), to);
        events.emit(new TunnelEvent.Roamed(tunnel.addresses(), tunnel.peerName(), before, to));
        return true;
    }

    /**
     * How a test request that came by a path is answered: by the one in use, but where one of the two is a relay's, the
     * peer learns whether the path that it tries works.
     */
    @Nullable Path replyPath(Tunnel tunnel, @Nullable Path by) {
        Path current = tunnel.path();
        NodeSnapshot snapshot = snapshots.get();
        boolean tried =
                by != null
                        && (current instanceof Path.Relayed || by instanceof Path.Relayed)
                        && snapshot.remotePolicy().allows(tunnel.addresses(), by)
                        && snapshot.pins().allows(tunnel.peer().certificate(), by);
        return tried ? by : current;
    }

    /** An answer came to a test request that went to another address than the tunnel's. */
    void answeredElsewhere(Tunnel tunnel, @Nullable Path by, Tick now) {
        if (tunnel.path() instanceof Path.Relayed && by instanceof Path.Direct(UnderlayAddr to)) {
            directs.answered(tunnel, to, now);
        }
    }

    /**
     * An answer came to a test request by the path in use. It says that ours arrive whichever way it came, as a stock
     * peer answers by its own path; the round trip is that of two paths then.
     */
    void answered(Tunnel tunnel, @Nullable Path by) {
        if (by != null && !by.equals(tunnel.path()) && tunnel.path() instanceof Path.Relayed) {
            tunnel.watch().quality.heardElsewhere();
        }
    }

    /** Whether the path in use has not brought anything for as long as a test takes. */
    static boolean isDark(Tunnel tunnel, Tick now) {
        return !tunnel.traffic().hasHeardPath(now.nanos());
    }

    /**
     * Whether a repeated message 1 gets its message 2 again. Anybody can repeat it with any source address, so answers
     * are limited; those to where the tunnel leads have a limit of their own, as a peer that lost message 2 needs them.
     */
    boolean mayAnswerAgain(Tunnel tunnel, Path from, Tick now) {
        RepeatLimits repeats = tunnel.watch().repeats();
        RateLimit limit = from.equals(tunnel.path()) ? repeats.answers : repeats.answersElsewhere;
        return limit.take(now.nanos());
    }

    /**
     * The same message 1 came again from {@code source}, which proves nothing about it. If it is in a preferred range
     * and the path is not, asks there: the reply is authenticated and makes the tunnel move.
     */
    void probeIfPreferred(Tunnel tunnel, Path path) {
        if (!(path instanceof Path.Direct(UnderlayAddr source))
                || tunnel.path() instanceof Path.Relayed) { // see DirectReturn
            return;
        }
        UnderlayAddr current = tunnel.remote();
        NodeSnapshot snapshot = snapshots.get();
        boolean better =
                current == null
                        || (!PathUpkeep.isPreferred(current, snapshot)
                                && PathUpkeep.isPreferred(source, snapshot));
        if (better && snapshot.remotePolicy().allows(tunnel.addresses(), source)) {
            sender.testRequest(tunnel, source);
        }
    }

    /** An older message 1 of the peer came, perhaps a replay: asks whether the newer session still works. */
    void testAgainstOlder(Tunnel newer, Tick now) {
        if (newer.watch().repeats().tests.take(now.nanos())) {
            sender.testRequest(newer, now);
        }
    }

    /** We ourselves stood still for a while, which nobody else can bring about. */
    void paused(Tick now) {
        pausedUntilNanos = now.nanos() + AFTER_PAUSE_NANOS;
    }

    private boolean hasPaused(Tick now) {
        return pausedUntilNanos != Long.MIN_VALUE && now.nanos() - pausedUntilNanos < 0;
    }

    void recvError(UnderlayAddr from, int index, Tick now) {
        Tunnel named = tunnels.byRemoteIndex(index);
        Tunnel tunnel = named != null ? named : relays.paths().carrying(index, from);
        boolean accepted =
                RecvErrorRateLimiter.settingAllows(
                        snapshots.get().config().listen().acceptRecvError(),
                        from.ip().hi(),
                        from.ip().lo());
        if (tunnel == null || !accepted || !Objects.equals(tunnel.remote(), from)) {
            return;
        }
        keeper.followPeer(tunnel, now);
        Tunnel.Watch watch = tunnel.watch();
        if (watch.recvError().sinceNanos != Long.MIN_VALUE
                || isRecent(watch.recvError().lastNanos, now)) {
            return;
        }
        watch.recvError().sinceNanos = now.nanos();
        watch.recvError().lastNanos = now.nanos();
        watch.recvError().packetsIn = tunnel.traffic().packetsIn();
        sender.testRequest(tunnel, now);
        if (tunnel == named) {
            doubted.denied(tunnel, now);
        }
        if (tunnels.isPrimary(tunnel)) {
            initiator.hurry(tunnel.primaryAddress(), now); // one that began while nobody was there
        }
        recvErrorProbes.at(now.nanos() + (hasPaused(now) ? 0 : ANSWER_NANOS), tunnel);
        events.emit(
                new TunnelEvent.RecvErrorProbed(
                        tunnel.addresses(), tunnel.peerName(), tunnel.session().localIndex()));
    }

    private static boolean isRecent(long nanos, Tick now) {
        return nanos != Long.MIN_VALUE && now.nanos() - nanos < SECOND;
    }

    int onTimer(Tick now) {
        int done = doubted.onTimer(now);
        for (Tunnel due = recvErrorProbes.pollDue(now.nanos());
                due != null;
                due = recvErrorProbes.pollDue(now.nanos())) {
            done++;
            onProbeTimeout(due, now);
        }
        return done;
    }

    long nextDeadlineNanos() {
        return Math.min(recvErrorProbes.nextNanos(), doubted.nextDeadlineNanos());
    }

    private void onProbeTimeout(Tunnel tunnel, Tick now) {
        Tunnel.Watch watch = tunnel.watch();
        if (tunnel.isRemoved() || watch.recvError().sinceNanos == Long.MIN_VALUE) {
            return;
        }
        if (tunnel.traffic().packetsIn() != watch.recvError().packetsIn) {
            watch.recvError().sinceNanos = Long.MIN_VALUE;
            doubted.answered(tunnel);
            return;
        }
        keeper.followPeer(tunnel, now);
        if (now.nanos() - watch.recvError().sinceNanos >= PROBE_TIMEOUT_NANOS) {
            keeper.remove(tunnel, RemovalReason.PEER_LOST_SESSION);
            return;
        }
        if (tunnels.isPrimary(tunnel)) {
            initiator.start(tunnel.primaryAddress(), null, now);
        }
        recvErrorProbes.at(watch.recvError().sinceNanos + PROBE_TIMEOUT_NANOS, tunnel);
    }

    /** Our own addresses or routes changed: whoever we talk to must hear from us to follow. */
    void announce(Tick now) {
        tunnels.all().forEach(tunnel -> sender.testRequest(tunnel, now));
        initiator.wakeAll(now);
    }
}
