package dev.asterism.overlay.node;

import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.tunnel.PathQuality;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;

/**
 * Measures the paths to peers: what handshakes and test requests tell is kept, and a tunnel in use
 * of which nothing was heard for a minute gets a test request of its own
 * (docs/adr/0020-round-trips.md). A tunnel without packets is left alone. Control plane only.
 */
final class PathMeasure {

    private static final double NANOS = 1e9;
    private static final long GOOD_FOR_NANOS = 60_000_000_000L;

    private final TunnelTable tunnels;
    private final ControlSender sender;

    /** Seconds. */
    private final Distribution roundTrips =
            new Distribution(
                    0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
                    2.5);

    /** Shares of 1, of a tunnel between two checks in which packets of the peer came. */
    private final Distribution losses =
            new Distribution(0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5);

    PathMeasure(TunnelTable tunnels, ControlSender sender) {
        this.tunnels = tunnels;
        this.sender = sender;
    }

    /** A check of the tunnel was due, and it stays. */
    void checked(Tunnel tunnel, Tick now) {
        PathQuality quality = tunnel.watch().quality;
        PathQuality.Interval interval = quality.look(tunnel, now.nanos());
        if (interval.loss() != PathQuality.NOTHING_CAME) {
            losses.add(interval.loss());
        }
        if (interval.used() && tunnels.isPrimary(tunnel) && isOld(quality, now)) {
            sender.testRequest(tunnel, now);
        }
    }

    private static boolean isOld(PathQuality quality, Tick now) {
        return quality.rttNanos() == PathQuality.UNKNOWN
                || quality.isRough()
                || now.nanos() - quality.rttAtNanos() >= GOOD_FOR_NANOS;
    }

    /** The peer answered a test request. */
    void answered(Tunnel tunnel, Tick now) {
        PathQuality quality = tunnel.watch().quality;
        if (quality.answered(now.nanos())) {
            roundTrips.add(quality.rttNanos() / NANOS);
        }
    }

    Distribution.Snapshot roundTrips() {
        return roundTrips.snapshot();
    }

    Distribution.Snapshot losses() {
        return losses.snapshot();
    }
}
