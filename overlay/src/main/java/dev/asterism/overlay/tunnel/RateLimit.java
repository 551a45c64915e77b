package dev.asterism.overlay.tunnel;

/**
 * A token bucket of one tunnel: so many events in a second, and so many at once after a quiet time. Allocates nothing.
 * Several lanes may ask at the same time; a race among them lets a few more through, which does no harm.
 */
public final class RateLimit {

    private static final long SECOND = 1_000_000_000L;
    private static final long NEVER = Long.MIN_VALUE;

    private volatile long intervalNanos;
    private volatile long burstNanos;

    /** When the bucket will be full again; generic cell rate algorithm. */
    private volatile long fullNanos = NEVER;

    public RateLimit(int perSecond, int burst) {
        set(perSecond, burst);
    }

    /** Other figures from now on. */
    public void set(int perSecond, int burst) {
        intervalNanos = SECOND / perSecond;
        burstNanos = burst * intervalNanos;
    }

    /** Takes a token; false when there is none. */
    public boolean take(long nowNanos) {
        long full = fullNanos;
        if (full == NEVER || full - nowNanos < 0) {
            full = nowNanos;
        }
        long next = full + intervalNanos;
        if (next - nowNanos > burstNanos) {
            return false;
        }
        fullNanos = next;
        return true;
    }
}
