package dev.asterism.overlay.node;

import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.tunnel.TunnelTable;

/** A timer that recurs while there are tunnels, and is off without any. Control plane only. */
final class TunnelTimer {

    private final TunnelTable tunnels;
    private final long periodNanos;
    private long nextNanos = Long.MAX_VALUE;

    TunnelTimer(TunnelTable tunnels, long periodNanos) {
        this.tunnels = tunnels;
        this.periodNanos = periodNanos;
    }

    /** Whether it is due; sets it again then. Starts it, one period from now, when there are the first tunnels. */
    boolean takeDue(Tick now) {
        boolean due = now.nanos() >= nextNanos;
        if (due || nextNanos == Long.MAX_VALUE) {
            nextNanos = tunnels.size() == 0 ? Long.MAX_VALUE : now.nanos() + periodNanos;
        }
        return due;
    }

    /** {@link Long#MAX_VALUE} while it is off. */
    long nextNanos() {
        return nextNanos;
    }
}
