package dev.asterism.agent.l7;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long to wait before a filter that has failed is replaced: not at all when none has failed for a minute, else
 * twice as long as the last time, from one second to a minute. Any thread.
 */
final class ReplacementPauses {

    private static final long CALM_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier clock;
    private long calmFromNanos;
    private long pauseNanos;

    ReplacementPauses(LongSupplier clock) {
        this.clock = clock;
        calmFromNanos = clock.getAsLong();
    }

    /** One has failed, or its replacement could not start. */
    synchronized long nextNanos() {
        long now = clock.getAsLong();
        long longer = pauseNanos == 0 ? LEAST_NANOS : Math.min(MOST_NANOS, 2 * pauseNanos);
        pauseNanos = now - calmFromNanos >= 0 ? 0 : longer;
        calmFromNanos = now + pauseNanos + CALM_NANOS;
        return pauseNanos;
    }
}
