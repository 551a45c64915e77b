package dev.asterism.l7.retry;

/**
 * How long to wait before a retry: evenly drawn from nothing to (2^n − 1) units, never more than the cap. Source:
 * Envoy's router, "x-envoy-max-retries" and jittered exponential back-off.
 */
final class Backoff {

    private static final int MOST_DOUBLINGS = 30;

    private Backoff() {}

    /**
     * @param retry from 1
     * @param random evenly distributed over all longs
     */
    static long nanos(long unitNanos, long capNanos, int retry, long random) {
        long factor = (1L << Math.min(retry, MOST_DOUBLINGS)) - 1;
        long range = unitNanos > capNanos / factor ? capNanos : unitNanos * factor;
        return range <= 0 ? 0 : Math.floorMod(random, range);
    }
}
