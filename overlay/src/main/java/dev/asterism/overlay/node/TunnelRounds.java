package dev.asterism.overlay.node;

import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes round all tunnels, each once in a period, and is off without any. Up to {@value #AT_ONCE} are
 * looked at together; of more a part at a time, spread over the period, so that a lighthouse with
 * thousands of hosts keeps nobody waiting meanwhile. A tunnel that is added during a round has its
 * turn in the next one; one that is removed may still be named. Control plane only.
 */
final class TunnelRounds {

    static final int AT_ONCE = 64;

    /** A part every 10 ms of a second: waking up costs more than looking at a few tunnels more. */
    private static final int MOST_PARTS = 100;

    private final TunnelTable tunnels;
    private final long periodNanos;
    private List<Tunnel> round = List.of();
    private int parts;
    private int done;
    private long beganNanos;
    private long nextNanos = Long.MAX_VALUE;

    TunnelRounds(TunnelTable tunnels, long periodNanos) {
        this.tunnels = tunnels;
        this.periodNanos = periodNanos;
    }

    /**
     * Those whose turn it is; null when it is nobody's. The first round begins one period after there are the first
     * tunnels; one that finds none left is empty.
     */
    @Nullable List<Tunnel> takeDue(Tick now) {
        if (now.nanos() < nextNanos) {
            if (nextNanos == Long.MAX_VALUE && tunnels.size() > 0) {
                nextNanos = now.nanos() + periodNanos;
            }
            return null;
        }
        if (done == parts) {
            begin(now);
        }
        int from = placeOf(done);
        done++;
        int to = placeOf(done);
        List<Tunnel> due = round.subList(from, to);
        if (done < parts) {
            nextNanos = beganNanos + periodNanos / parts * done;
        } else {
            round = List.of();
            long next = Math.max(beganNanos + periodNanos, now.nanos() + periodNanos / parts);
            nextNanos = tunnels.size() == 0 ? Long.MAX_VALUE : next;
        }
        return due;
    }

    private void begin(Tick now) {
        round = Arrays.asList(tunnels.all().toArray(Tunnel[]::new));
        parts = Math.clamp((round.size() + AT_ONCE - 1) / AT_ONCE, 1, MOST_PARTS);
        done = 0;
        beganNanos = now.nanos();
    }

    private int placeOf(int part) {
        return (int) ((long) round.size() * part / parts);
    }

    /** Whether the next ones taken are the first of a round. */
    boolean isBetweenRounds() {
        return done == parts;
    }

    /** {@link Long#MAX_VALUE} while it is off. */
    long nextNanos() {
        return nextNanos;
    }
}
