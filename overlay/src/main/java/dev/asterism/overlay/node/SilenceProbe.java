package dev.asterism.overlay.node;

import dev.asterism.overlay.handshake.Initiator;
import dev.asterism.overlay.io.Deadlines;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.tunnel.Traffic;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Finds a peer again that does not answer any more at the address we know, within about 1.6 s
 * instead of the 15 s of {@link dev.asterism.overlay.tunnel.TunnelMonitor}: it may have started
 * anew at another port. Two test requests; if both stay unanswered, a handshake beside the tunnel,
 * for which the lighthouses are asked. The tunnel itself stays: nothing is lost when only the path
 * was slow.
 *
 * <p>A path with a long round trip would look silent each time. If a tunnel is heard from after all, the peer gets
 * twice the time from then on.
 *
 * <p>A flow in one direction only looks silent too, and costs one test request about every second.
 * The interval stays that short on purpose: a receiver that starts anew at another port is found
 * within 2 s only because of it. Control plane only.
 */
final class SilenceProbe {

    private static final long MILLI = 1_000_000L;
    private static final long FIRST_STEP_NANOS = 200 * MILLI;
    private static final long MAX_STEP_NANOS = 5_000 * MILLI;
    private static final int MAX_SLOW_PEERS = 4_096;

    private final TunnelTable tunnels;
    private final Initiator initiator;
    private final ControlSender sender;
    private final Deadlines<Check> timers = new Deadlines<>();
    private final Map<Ip, Check> running = new LinkedHashMap<>();

    /** Peers for which a handshake was begun, with the time that each step takes for them. */
    private final Map<Ip, Past> past = new LinkedHashMap<>();

    private enum Step {
        WAIT,
        TESTED,
        TESTED_AGAIN
    }

    private static final class Check {
        private final Tunnel tunnel;
        private final long seenIn;
        private final long stepNanos;
        private Step step = Step.WAIT;

        Check(Tunnel tunnel, long stepNanos) {
            this.tunnel = tunnel;
            this.seenIn = tunnel.traffic().packetsIn();
            this.stepNanos = stepNanos;
        }

        boolean isAnswered() {
            return tunnel.traffic().packetsIn() != seenIn;
        }
    }

    /** Holds no tunnel: removed ones would stay in memory for as long as their peer is remembered. */
    private record Past(Traffic traffic, long seenIn, long stepNanos) {

        /** The tunnel was heard from after a handshake was begun beside it. */
        boolean isFalseAlarm() {
            return traffic.packetsIn() != seenIn;
        }
    }

    SilenceProbe(TunnelTable tunnels, Initiator initiator, ControlSender sender) {
        this.tunnels = tunnels;
        this.initiator = initiator;
        this.sender = sender;
    }

    /** Packets go to the peer and none came back for a while. */
    void silent(Tunnel tunnel, Tick now) {
        Ip peer = tunnel.primaryAddress();
        if (tunnel.isRemoved()
                || !tunnel.isConfirmed()
                || !tunnels.isPrimary(tunnel)
                || running.containsKey(peer)
                || initiator.isPending(peer)) {
            return;
        }
        Check check = new Check(tunnel, stepNanos(peer));
        running.put(peer, check);
        timers.at(now.nanos() + check.stepNanos, check);
    }

    private long stepNanos(Ip peer) {
        Past before = past.get(peer);
        if (before == null) {
            return FIRST_STEP_NANOS;
        }
        return before.isFalseAlarm()
                ? Math.min(2 * before.stepNanos, MAX_STEP_NANOS)
                : before.stepNanos;
    }

    int onTimer(Tick now) {
        int done = 0;
        for (Check due = timers.pollDue(now.nanos());
                due != null;
                due = timers.pollDue(now.nanos())) {
            done++;
            step(due, now);
        }
        return done;
    }

    private void step(Check check, Tick now) {
        Tunnel tunnel = check.tunnel;
        if (tunnel.isRemoved() || check.isAnswered()) {
            running.remove(tunnel.primaryAddress(), check);
            return;
        }
        switch (check.step) {
            case WAIT -> test(check, Step.TESTED, now);
            case TESTED -> test(check, Step.TESTED_AGAIN, now);
            case TESTED_AGAIN -> {
                running.remove(tunnel.primaryAddress(), check);
                remember(check);
                if (tunnels.isPrimary(tunnel)) {
                    initiator.start(tunnel.primaryAddress(), null, now);
                }
            }
        }
    }

    private void test(Check check, Step next, Tick now) {
        sender.testRequest(check.tunnel, now);
        check.step = next;
        timers.at(now.nanos() + check.stepNanos, check);
    }

    private void remember(Check check) {
        Ip peer = check.tunnel.primaryAddress();
        past.remove(peer);
        past.put(peer, new Past(check.tunnel.traffic(), check.seenIn, check.stepNanos));
        if (past.size() > MAX_SLOW_PEERS) {
            past.remove(past.keySet().iterator().next());
        }
    }

    long nextDeadlineNanos() {
        return timers.nextNanos();
    }
}
