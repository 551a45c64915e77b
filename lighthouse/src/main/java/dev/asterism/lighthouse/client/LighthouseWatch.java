package dev.asterism.lighthouse.client;

import dev.asterism.lighthouse.settings.DiscoverySettings;
import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Looks after the tunnels to the lighthouses every two seconds, as one that was started anew knows nobody until it
 * has heard from everybody: a test that is not answered leads to a handshake, and a new tunnel to a report. Nodes
 * do it at different times, so that a lighthouse hears from a large mesh spread over these seconds.
 */
final class LighthouseWatch {

    private static final long PERIOD_NANOS = Duration.ofSeconds(2).toNanos();

    /** A period is shorter by up to a tenth, so that nodes in step do not stay so. */
    private static final long JITTER_NANOS = PERIOD_NANOS / 10;

    private final Supplier<DiscoverySettings> settings;
    private final ControlLink link;
    private final RandomSource random;
    private long nextNanos = Long.MAX_VALUE;
    private long seenNanos;

    LighthouseWatch(Supplier<DiscoverySettings> settings, ControlLink link, RandomSource random) {
        this.settings = settings;
        this.link = link;
        this.random = random;
    }

    /** At a start and after a change of settings. A node that never reports does not need to be known again. */
    void restart(Tick now) {
        boolean reports = settings.get().lighthouse().interval().isPositive();
        if (!settings.get().usesLighthouses() || !reports) {
            nextNanos = Long.MAX_VALUE;
        } else if (nextNanos == Long.MAX_VALUE) {
            nextNanos = now.nanos() + PERIOD_NANOS / 2 + random.below(PERIOD_NANOS / 2);
        }
    }

    /** A handshake with a lighthouse ran out of tries: the next one begins soon, as it may come back at any time. */
    void handshakeFailed() {
        if (nextNanos != Long.MAX_VALUE) {
            nextNanos = Math.min(nextNanos, seenNanos + random.below(JITTER_NANOS));
        }
    }

    void onTimer(Tick now) {
        seenNanos = now.nanos();
        if (nextNanos > now.nanos()) {
            return;
        }
        nextNanos = now.nanos() + PERIOD_NANOS - random.below(JITTER_NANOS);
        for (Ip lighthouse : settings.get().lighthouse().hosts()) {
            if (!settings.get().isOurs(lighthouse)) {
                link.ensureTunnel(lighthouse, now);
            }
        }
    }

    long nextDeadlineNanos() {
        return nextNanos;
    }
}
