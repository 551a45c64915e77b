package dev.asterism.overlay.io;

import java.time.Instant;

/**
 * "Now", made once per duty cycle by whoever drives the engine.
 *
 * @param nanos monotonic, arbitrary origin; for timers and intervals
 * @param wall for certificates and handshake times only
 */
public record Tick(long nanos, Instant wall) {

    /** Wall clock as Unix nanoseconds, as handshake payloads carry it. */
    public long unixNanos() {
        return wall.getEpochSecond() * 1_000_000_000L + wall.getNano();
    }
}
