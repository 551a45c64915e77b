package dev.asterism.tun.poll;

import dev.asterism.overlay.io.Tick;
import java.time.Instant;

/**
 * Reads the system's clocks. The wall clock is read at most once per millisecond: it serves certificates
 * and handshake times, and a loop may turn far more often. Belongs to one thread.
 */
public final class SystemClock {

    private static final long WALL_NANOS = 1_000_000L;

    private Instant wall = Instant.now();
    private long wallNanos = System.nanoTime();

    public Tick now() {
        long nanos = System.nanoTime();
        if (nanos - wallNanos >= WALL_NANOS) {
            wall = Instant.now();
            wallNanos = nanos;
        }
        return new Tick(nanos, wall);
    }
}
