package dev.asterism.overlay.tunnel;

/**
 * A token bucket of one tunnel: so many events in a second, and so many at once after a quiet time. Allocates nothing.
 * Several lanes may ask at the same time; a race among them lets a few more through, which does no harm.
 */
public final class RateLimit {

    private static final long NEVER = Long.MIN_VALUE;

    private volatile Rate rate;

    /** When the bucket will be full again; generic cell rate algorithm. */
    private volatile long fullNanos = NEVER;

    /** What many buckets have in common: a lighthouse has several for each host. */
    public static final class Rate {

        private static final long SECOND = 1_000_000_000L;

        private final long intervalNanos;
        private final long burstNanos;

        public Rate(int perSecond, int burst) {
            intervalNanos = SECOND / perSecond;
            burstNanos = burst * intervalNanos;
        }
    }

    public RateLimit(Rate rate) {
        this.rate = rate;
    }

    public RateLimit(int perSecond, int burst) {
        this(new Rate(perSecond, burst));
    }

    /** Other figures from now on. */
    public void set(Rate other) {
        rate = other;
    }

    /** Takes a token; false when there is none. */
    public boolean take(long nowNanos) {
        Rate current = rate;
        long full = fullNanos;
        if (full == NEVER || full - nowNanos < 0) {
            full = nowNanos;
        }
        long next = full + current.intervalNanos;
        if (next - nowNanos > current.burstNanos) {
            return false;
        }
        fullNanos = next;
        return true;
    }
}
