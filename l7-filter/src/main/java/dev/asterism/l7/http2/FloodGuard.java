package dev.asterism.l7.http2;

import java.util.concurrent.TimeUnit;

/**
 * Counts what costs us more than the peer: streams that it opens and makes us end at once (CVE-2023-44487,
 * CVE-2025-8671), and frames that move nothing. One for each connection.
 */
final class FloodGuard {

    /** Far more than honest clients do. */
    private static final int MOST_RESETS = 200;

    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Frames that move nothing, less ten for each that moves something: bursts of pings are allowed. */
    private static final int MOST_IDLE = 1000;

    private static final int IDLE_FOR_A_USEFUL = 10;

    private long windowStart;
    private int resets;
    private int idle;

    /** False: too many. */
    boolean allowsReset(long nowNanos) {
        if (resets == 0 || nowNanos - windowStart > WINDOW_NANOS) {
            windowStart = nowNanos;
            resets = 0;
        }
        return ++resets <= MOST_RESETS;
    }

    boolean allowsIdle() {
        return ++idle <= MOST_IDLE;
    }

    void useful() {
        idle = Math.max(0, idle - IDLE_FOR_A_USEFUL);
    }
}
