package dev.asterism.l7.limit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many requests an application may have at once, found by its latency: after each window the limit becomes {@code
 * limit * best * (1 + headroom) / latency + sqrt(limit)}. Source: the gradient controller of Envoy's adaptive
 * concurrency filter. The best latency is the lowest mean of a window; every half minute it is measured anew, for a
 * few windows with half the limit, so that neither a queue that lasts nor a better past is taken for it. The limit does
 * not grow while less than half of it is in use. While requests find no place and no answer begins, those under way may
 * be answers or uploads that last, so the limit grows every second. Safe on any thread, without a lock; allocates
 * nothing.
 */
public final class AdaptiveLimit {

    static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    static final long MEASURE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** An application that gives no answer for so long has requests that last, or it stands still. */
    static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Fewer answers say too little, so the window goes on. */
    static final int LEAST_SAMPLES = 10;

    /** With answers rarer than that a window would take for ever. */
    private static final long LONGEST_WINDOW_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** The first still has answers to what was sent before the limit was halved. */
    private static final int MEASURED_WINDOWS = 3;

    private static final double LEAST_GRADIENT = 0.5;

    private final int least;
    private final int most;
    private final double headroom;
    private final AtomicLong sum = new AtomicLong();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger peak = new AtomicInteger();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicLong windowNanos;
    private final AtomicLong heardNanos;
    private volatile double limit;
    private volatile long bestNanos = Long.MAX_VALUE;
    private volatile int measuring;
    private long measuredNanos;
    private long measuredBest = Long.MAX_VALUE;

    /**
     * @param least it never falls below
     * @param most it never grows above
     */
    public AdaptiveLimit(int least, int most, double headroom, long nowNanos) {
        this.least = Math.min(least, most);
        this.most = most;
        this.headroom = headroom;
        limit = Math.min(most, 2.0 * least);
        windowNanos = new AtomicLong(nowNanos);
        heardNanos = new AtomicLong(nowNanos);
        measuredNanos = nowNanos;
    }

    /** At the moment. */
    public int limit() {
        double now = limit;
        return (int) Math.max(least, measuring > 0 ? now / 2 : now);
    }

    /** The latency that counts as unhurried, in nanoseconds; 0: not known yet. */
    public long bestNanos() {
        long best = bestNanos;
        return best == Long.MAX_VALUE ? 0 : best;
    }

    /** Slower than at its best; false while that is not known. */
    boolean isSlow(long latencyNanos) {
        return latencyNanos > bestNanos;
    }

    /**
     * An answer has begun.
     *
     * @param latencyNanos since the application had all of the request
     * @param underWay how many requests the application has
     * @return whether {@link #limit} may be another now
     */
    public boolean answered(long latencyNanos, int underWay, long nowNanos) {
        sum.addAndGet(latencyNanos);
        int samples = count.incrementAndGet();
        if (underWay > peak.get()) {
            peak.set(underWay);
        }
        long began = windowNanos.get();
        long age = nowNanos - began;
        boolean full = age >= WINDOW_NANOS && samples >= LEAST_SAMPLES;
        if (!full && age < LONGEST_WINDOW_NANOS || !closing.compareAndSet(false, true)) {
            return false;
        }
        try {
            // Another thread may have closed it since.
            return windowNanos.compareAndSet(began, nowNanos) && close(nowNanos);
        } finally {
            closing.set(false);
        }
    }

    /** An answer has begun, whether or not it says something of the latency. */
    public void heard(long nowNanos) {
        heardNanos.setOpaque(nowNanos);
    }

    /**
     * A request finds no place. Only an answer that begins can change the limit, so one that is used up by requests
     * that last would stay as it is for as long as they do.
     *
     * @return whether {@link #limit} may be another now
     */
    public boolean refused(long nowNanos) {
        long heard = heardNanos.get();
        if (nowNanos - heard < SILENCE_NANOS || !closing.compareAndSet(false, true)) {
            return false;
        }
        try {
            if (!heardNanos.compareAndSet(heard, nowNanos)) {
                return false;
            }
            if (measuring > 0) {
                // There is nothing to measure; the best of before stays.
                measuring = 0;
                measuredNanos = nowNanos;
            }
            limit = Math.min(most, limit + Math.max(1, Math.sqrt(limit)));
            return true;
        } finally {
            closing.set(false);
        }
    }

    private boolean close(long nowNanos) {
        int samples = count.getAndSet(0);
        long total = sum.getAndSet(0);
        int used = peak.getAndSet(0);
        if (samples == 0) {
            return false;
        }
        long mean = Math.max(1, total / samples);
        if (measuring > 0) {
            measure(mean, nowNanos);
            return true;
        }
        bestNanos = Math.min(bestNanos, mean);
        double gradient = Math.clamp(bestNanos * (1 + headroom) / mean, LEAST_GRADIENT, 1);
        double next = limit * gradient + Math.sqrt(limit);
        if (next < limit || 2 * used >= limit) {
            limit = Math.clamp(next, least, most);
        }
        if (nowNanos - measuredNanos >= MEASURE_NANOS) {
            measuring = MEASURED_WINDOWS;
            measuredBest = Long.MAX_VALUE;
        }
        return true;
    }

    private void measure(long mean, long nowNanos) {
        int left = measuring;
        if (left < MEASURED_WINDOWS) {
            measuredBest = Math.min(measuredBest, mean);
        }
        if (left == 1) {
            bestNanos = measuredBest;
            measuredNanos = nowNanos;
        }
        measuring = left - 1; // only who closes a window writes it
    }
}
