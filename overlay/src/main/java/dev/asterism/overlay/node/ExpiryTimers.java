package dev.asterism.overlay.node;

import dev.asterism.overlay.io.Deadlines;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.tunnel.Tunnel;
import java.time.Duration;
import java.util.function.IntConsumer;

/**
 * Ends of peers' certificates to the moment: a tunnel is looked at again when its certificate ends before its next
 * regular check, and only then, so that a long valid one costs no timer. Local indexes stand for tunnels, so that one
 * that is gone is not kept. Sends nothing. Control plane only.
 */
final class ExpiryTimers {

    /** A certificate is valid at its last second, to the nanosecond. */
    private static final long JUST_AFTER_NANOS = 1_000_000L;

    private final Deadlines<Integer> timers = new Deadlines<>();

    /**
     * The tunnel was made or looked at, and stays.
     *
     * @param recheckNanos from now until it is looked at again in any case
     */
    void checked(Tunnel tunnel, long recheckNanos, Tick now) {
        Duration left = Duration.between(now.wall(), tunnel.peer().certificate().notAfter());
        if (!left.isNegative() && left.compareTo(Duration.ofNanos(recheckNanos)) < 0) {
            timers.at(
                    now.nanos() + left.toNanos() + JUST_AFTER_NANOS, tunnel.session().localIndex());
        }
    }

    /** Names the tunnels whose certificates have ended, as far as is known. */
    int onTimer(Tick now, IntConsumer ended) {
        int done = 0;
        for (Integer due = timers.pollDue(now.nanos());
                due != null;
                due = timers.pollDue(now.nanos())) {
            done++;
            ended.accept(due);
        }
        return done;
    }

    long nextDeadlineNanos() {
        return timers.nextNanos();
    }
}
