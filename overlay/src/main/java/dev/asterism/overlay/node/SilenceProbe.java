package dev.asterism.overlay.node;

import dev.asterism.overlay.handshake.Initiator;
import dev.asterism.overlay.io.Deadlines;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.lane.SnapshotCell;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.path.RelayLeg;
import dev.asterism.overlay.relay.RelayEntry;
import dev.asterism.overlay.relay.RelayPaths;
import dev.asterism.overlay.tunnel.PathQuality;
import dev.asterism.overlay.tunnel.Traffic;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds a peer again that does not answer any more where we know it, within about 1.5 s instead of the 15 s of {@link
 * dev.asterism.overlay.tunnel.TunnelMonitor}: its path broke, its NAT forgot it, or it has started anew elsewhere. A
 * lane tells of half a second of silence. Then a test request to the address in use; unanswered for some round trips,
 * one to every address known of the peer, of which the first that answers is taken ({@link Roaming}); unanswered
 * again, a handshake beside the tunnel towards all of them, for which the lighthouses are asked, and test requests
 * to all of them each second for as long as packets are sent. A punch from an address that is not known is tried as
 * well. The tunnel stays the one that is sent on until another has carried an authenticated packet.
 *
 * <p>A path with a longer round trip than was measured would look silent each time. If a tunnel is
 * heard from after all, the peer gets twice the time from then on, but no more than 0.4 s for a
 * step unless the measured round trip says so.
 *
 * <p>Packets: a peer that answers, as in a flow in one direction, gets at most 2 test requests a second, one for each
 * time a lane says so. A silent one gets 2 to its address and at most {@value #MAX_ADDRESSES} a second to others,
 * besides message 1 of one handshake and at most {@value #MAX_HINTED_PER_ROUND} a second to where punches came from.
 * Control plane only.
 */
final class SilenceProbe {

    private static final long MILLI = 1_000_000L;
    private static final int ROUND_TRIPS = 4;
    private static final long SHORTEST_STEP_NANOS = 100 * MILLI;
    private static final long UNKNOWN_STEP_NANOS = 200 * MILLI;
    private static final long LONGEST_STEP_NANOS = 5_000 * MILLI;

    /**
     * A path that broke and came back looks slow as well, so a guess grows no longer than this:
     * healing is to take less than 3 s.
     */
    private static final long LONGEST_GUESS_NANOS = 400 * MILLI;

    private static final long ROUND_NANOS = 1_000 * MILLI;
    private static final long IDLE_NANOS = 3_000 * MILLI;

    /** Packets come, so that an answer may just have been lost: at a loss of 5 % one in 10,000 proofs fails. */
    private static final int REPEATS_TO_PROVE = 2;

    private static final int MAX_ADDRESSES = 16;
    private static final int MAX_RELAYS = 4;
    private static final int MAX_HINTED_PER_ROUND = 4;
    private static final int MAX_HINTED_PEERS = 8;
    private static final int MAX_SLOW_PEERS = 4_096;

    private final TunnelTable tunnels;
    private final SnapshotCell snapshots;
    private final Initiator initiator;
    private final ControlSender sender;
    private final RelayPaths relays;
    private final DeadSessions dead;
    private final Deadlines<Check> timers = new Deadlines<>();
    private final Map<Ip, Check> running = new LinkedHashMap<>();

    /** Those that answer nowhere, in the order in which that was found. */
    private final Map<Ip, Check> dark = new LinkedHashMap<>();

    /** Peers for which a handshake was begun, with the time that each step takes for them. */
    private final Map<Ip, Past> past = new LinkedHashMap<>();

    private enum Step {
        TESTED,
        TESTED_EVERYWHERE,
        DARK
    }

    private static final class Check {
        private final Tunnel tunnel;
        private final boolean byAnswer;
        private final long seenIn;
        private final long seenAnswers;
        private final long stepNanos;
        private final long begunNanos;
        private final @Nullable Path seenPath;
        private Step step = Step.TESTED;
        private int repeats;
        private int hinted;

        /** Packets that came by other relays because those were tested: no sign that the one in use works. */
        private long beside;

        /**
         * @param byAnswer whether nothing but an answer to a test proves that our packets arrive
         */
        Check(Tunnel tunnel, boolean byAnswer, long stepNanos, Tick now) {
            this.tunnel = tunnel;
            this.byAnswer = byAnswer;
            this.seenAnswers = tunnel.watch().quality.answers();
            this.seenIn = tunnel.traffic().packetsIn();
            this.stepNanos = stepNanos;
            this.begunNanos = now.nanos();
            this.seenPath = tunnel.path();
        }

        /** When packets were last wanted to go to the peer; a check may be asked for when none went for long. */
        long lastWantedNanos() {
            return Math.max(tunnel.traffic().lastOutNanos(), begunNanos);
        }

        boolean isAnswered() {
            return byAnswer
                    ? tunnel.watch().quality.answers() != seenAnswers || hasMoved()
                    : !isUnheard();
        }

        boolean isUnheard() {
            return tunnel.traffic().packetsIn() - seenIn <= beside;
        }

        /** Whether the path in use has brought something since. */
        boolean hasHeardPath() {
            return hasHeard(tunnel, begunNanos);
        }

        /** It answered from elsewhere and is sent to there since; the next check asks whether that works. */
        private boolean hasMoved() {
            return !Objects.equals(tunnel.path(), seenPath);
        }

        Ip peer() {
            return tunnel.primaryAddress();
        }
    }

    /** Holds no tunnel: removed ones would stay in memory for as long as their peer is remembered. */
    private record Past(Traffic traffic, long seenIn, long stepNanos) {

        /** The tunnel was heard from after a handshake was begun beside it. */
        boolean isFalseAlarm() {
            return traffic.packetsIn() != seenIn;
        }
    }

    SilenceProbe(
            TunnelTable tunnels,
            SnapshotCell snapshots,
            Initiator initiator,
            ControlSender sender,
            RelayPaths relays) {
        this.tunnels = tunnels;
        this.snapshots = snapshots;
        this.initiator = initiator;
        this.sender = sender;
        this.relays = relays;
        this.dead = new DeadSessions(tunnels, sender);
    }

    /** Packets go to the peer and none came back for a while. */
    void silent(Tunnel tunnel, Tick now) {
        Check check = running.get(tunnel.primaryAddress());
        if (check != null && check.byAnswer && check.tunnel == tunnel) {
            check.repeats = REPEATS_TO_PROVE; // as packets do not come any more
        }
        begin(tunnel, false, now);
    }

    /** Packets go both ways, which does not say that ours arrive: one of four tests has to be answered. */
    void prove(Tunnel tunnel, Tick now) {
        begin(tunnel, true, now);
    }

    /**
     * Something came by a relay because either end tested that relay. It says nothing of the one in use, where the
     * peer has to be asked on.
     */
    void heardByTest(Tunnel tunnel, @Nullable Path by) {
        Check check = running.get(tunnel.primaryAddress());
        if (check != null
                && check.tunnel == tunnel
                && tunnel.path() instanceof Path.Relayed
                && !tunnel.path().equals(by)) {
            check.beside++;
        }
    }

    /** Whether the peer has not answered by the path in use, so that other paths are tried. */
    boolean seeks(Tunnel tunnel) {
        Check check = running.get(tunnel.primaryAddress());
        return check != null
                && check.tunnel == tunnel
                && check.step != Step.TESTED
                && !check.hasHeardPath();
    }

    /**
     * A handshake of ours was completed by another path: the peer has to know of the sessions that it replaces. There
     * may be two, as both ends have begun a handshake at first.
     */
    void established(Tunnel newer, Tick now) {
        Check check = running.get(newer.primaryAddress());
        if (check == null || check.step != Step.DARK || !check.isUnheard()) {
            return;
        }
        for (Tunnel held : tunnels.allOf(newer.primaryAddress())) {
            if (held != newer
                    && held.isConfirmed()
                    && !Objects.equals(held.path(), newer.path())
                    && !hasHeard(held, check.begunNanos)) {
                dead.replaced(held, newer, now);
            }
        }
    }

    private static boolean hasHeard(Tunnel tunnel, long sinceNanos) {
        long heard = tunnel.traffic().pathHeardNanos();
        return heard != Long.MIN_VALUE && heard - sinceNanos >= 0;
    }

    private void begin(Tunnel tunnel, boolean byAnswer, Tick now) {
        Ip peer = tunnel.primaryAddress();
        if (tunnel.isRemoved()
                || !tunnel.isConfirmed()
                || !tunnels.isPrimary(tunnel)
                || running.containsKey(peer)) {
            return;
        }
        Check check = new Check(tunnel, byAnswer, stepNanos(tunnel), now);
        running.put(peer, check);
        sender.testRequest(tunnel, now);
        timers.at(now.nanos() + check.stepNanos, check);
    }

    private long stepNanos(Tunnel tunnel) {
        long rtt = tunnel.watch().quality.rttNanos();
        long measured =
                rtt == PathQuality.UNKNOWN
                        ? UNKNOWN_STEP_NANOS
                        : Math.clamp(ROUND_TRIPS * rtt, SHORTEST_STEP_NANOS, LONGEST_STEP_NANOS);
        Past before = past.get(tunnel.primaryAddress());
        if (before == null) {
            return measured;
        }
        long guess = before.isFalseAlarm() ? 2 * before.stepNanos : before.stepNanos;
        return Math.clamp(guess, SHORTEST_STEP_NANOS, Math.max(LONGEST_GUESS_NANOS, measured));
    }

    int onTimer(Tick now) {
        int done = dead.onTimer(now);
        for (Check due = timers.pollDue(now.nanos());
                due != null;
                due = timers.pollDue(now.nanos())) {
            done++;
            step(due, now);
        }
        return done;
    }

    private void step(Check check, Tick now) {
        if (isOver(check, now)) {
            running.remove(check.peer(), check);
            if (dark.remove(check.peer(), check)) {
                tunnels.seek(-1);
            }
            return;
        }
        switch (check.step) {
            case TESTED -> {
                if (check.byAnswer && ++check.repeats <= REPEATS_TO_PROVE) {
                    sender.testRequest(check.tunnel, now);
                } else {
                    testEverywhere(check, now);
                    check.step = Step.TESTED_EVERYWHERE;
                }
                timers.at(now.nanos() + check.stepNanos, check);
            }
            case TESTED_EVERYWHERE -> {
                remember(check);
                dark.put(check.peer(), check);
                tunnels.seek(1);
                initiator.startBeside(check.peer(), now);
                check.step = Step.DARK;
                timers.at(now.nanos() + ROUND_NANOS, check);
            }
            case DARK -> {
                check.hinted = 0;
                testEverywhere(check, now);
                initiator.startBeside(check.peer(), now);
                timers.at(now.nanos() + ROUND_NANOS, check);
            }
        }
    }

    private boolean isOver(Check check, Tick now) {
        Tunnel tunnel = check.tunnel;
        return tunnel.isRemoved()
                || check.isAnswered()
                || !tunnels.isPrimary(tunnel)
                || now.nanos() - check.lastWantedNanos() > IDLE_NANOS + check.stepNanos;
    }

    private void testEverywhere(Check check, Tick now) {
        Tunnel tunnel = check.tunnel;
        UnderlayAddr current = tunnel.remote();
        NodeSnapshot snapshot = snapshots.get();
        sender.testRequest(tunnel, now);
        if (tunnel.path() instanceof Path.Relayed(RelayLeg leg)) {
            // Nothing authenticated goes straight there before something has come that way: a stock
            // peer would follow it to a path that may work in one direction only. The relay in use
            // may itself be what does not answer; those that are ready besides are asked, see
            // StandbyRelays, and the handshake tries every relay.
            relays.others(tunnel).stream()
                    .limit(MAX_RELAYS)
                    .forEach(other -> sender.testRequest(tunnel, other, now));
            if (leg instanceof RelayEntry entry) {
                begin(entry.tunnel(), false, now);
            }
            return;
        }
        List<UnderlayAddr> asked = new ArrayList<>();
        for (UnderlayAddr other :
                tunnel.remotes().candidates(snapshot.config().preferredRanges())) {
            if (asked.size() < MAX_ADDRESSES
                    && !other.equals(current)
                    && snapshot.remotePolicy().allows(tunnel.addresses(), other)) {
                sender.testRequest(tunnel, other);
                tunnel.watch().paths.of(Path.to(other)).tried(now.nanos());
                asked.add(other);
            }
        }
        tunnel.watch().search().asked(asked, now.nanos());
    }

    /**
     * A punch came from there, which proves nothing. A stock peer behind a NAT that has given it another port, or one
     * that has moved, shows itself in this way: asks there whether it is one of those that are silent.
     */
    void punched(UnderlayAddr from, Tick now) {
        NodeSnapshot snapshot = snapshots.get();
        int tried = 0;
        for (Check check : dark.values()) {
            Tunnel tunnel = check.tunnel;
            if (tunnel.isRemoved()
                    || check.isAnswered()
                    || check.hinted >= MAX_HINTED_PER_ROUND
                    || tunnel.path() instanceof Path.Relayed
                    || from.equals(tunnel.remote())
                    || !snapshot.remotePolicy().allows(tunnel.addresses(), from)) {
                continue;
            }
            check.hinted++;
            sender.testRequest(tunnel, from);
            tunnel.watch().search().askedAlso(from, now.nanos());
            if (++tried == MAX_HINTED_PEERS) {
                return;
            }
        }
    }

    private void remember(Check check) {
        Ip peer = check.peer();
        past.remove(peer);
        past.put(
                peer,
                new Past(check.tunnel.traffic(), check.seenIn + check.beside, check.stepNanos));
        if (past.size() > MAX_SLOW_PEERS) {
            past.remove(past.keySet().iterator().next());
        }
    }

    long nextDeadlineNanos() {
        return Math.min(timers.nextNanos(), dead.nextDeadlineNanos());
    }
}
