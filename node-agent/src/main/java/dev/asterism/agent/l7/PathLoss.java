package dev.asterism.agent.l7;

import dev.asterism.l7.balance.PathFacts;
import dev.asterism.overlay.view.PathView;
import dev.asterism.overlay.view.PeerView;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the balancer gets to know of the path to each peer; loss is that of the last ten seconds with packets. */
final class PathLoss {

    private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();

    /** A path with so much loss counts as far, and does so until it has less than the other. */
    private static final double LOSSY = 0.05;

    private static final double LOSSY_NO_MORE = 0.02;

    /** Of fewer packets nothing can be said. */
    private static final long LEAST_PACKETS = 100;

    /** By the local index of the tunnel. */
    private final Map<Integer, Sample> samples = new HashMap<>();

    private record Sample(long nanos, long packets, long lost, double loss) {}

    /** Looks at all tunnels. */
    void look(List<PeerView> views, long nowNanos) {
        Map<Integer, Sample> next = new HashMap<>();
        for (PeerView view : views) {
            int index = view.indexes().local();
            next.put(index, next(samples.get(index), view.traffic(), nowNanos));
        }
        samples.clear();
        samples.putAll(next);
    }

    private static Sample next(@Nullable Sample before, PeerView.Traffic traffic, long nowNanos) {
        if (before == null) {
            return new Sample(nowNanos, traffic.packetsIn(), traffic.packetsLost(), 0);
        }
        if (nowNanos - before.nanos < WINDOW_NANOS) {
            return before;
        }
        long came = traffic.packetsIn() - before.packets;
        long lost = Math.max(0, traffic.packetsLost() - before.lost);
        double loss = came + lost < LEAST_PACKETS ? 0 : (double) lost / (came + lost);
        double shown = steady(before.loss, loss);
        return new Sample(nowNanos, traffic.packetsIn(), traffic.packetsLost(), shown);
    }

    /** A path around the bound would be near and far in turns, and requests would move each time. */
    static double steady(double before, double now) {
        return before >= LOSSY && now >= LOSSY_NO_MORE ? Math.max(LOSSY, now) : now;
    }

    PathFacts of(PeerView view) {
        Sample sample = samples.get(view.indexes().local());
        Duration rtt = view.quality().rtt();
        PathView path = view.path();
        return PathFacts.of(
                rtt == null ? 0 : rtt.toNanos(),
                path.relay() != null,
                sample == null ? 0 : sample.loss);
    }
}
