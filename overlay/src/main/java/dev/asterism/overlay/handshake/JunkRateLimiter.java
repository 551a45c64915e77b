package dev.asterism.overlay.handshake;

/**
 * How many answers that turn out to be worthless may be opened in a second: each costs three
 * agreements. Those from an address that message 1 went to have a budget of their own, so that
 * whoever only saw message 1 pass cannot use up the one of the genuine answer.
 */
final class JunkRateLimiter {

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final int fromTried;
    private final int fromOthers;
    private long second = Long.MIN_VALUE;
    private int spentByTried;
    private int spentByOthers;

    /**
     * @param fromTried a second, from addresses that message 1 went to
     * @param fromOthers a second, from all others together
     */
    JunkRateLimiter(int fromTried, int fromOthers) {
        this.fromTried = fromTried;
        this.fromOthers = fromOthers;
    }

    boolean isSpent(boolean tried, long nowNanos) {
        turn(nowNanos);
        return tried ? spentByTried >= fromTried : spentByOthers >= fromOthers;
    }

    void spend(boolean tried, long nowNanos) {
        turn(nowNanos);
        if (tried) {
            spentByTried++;
        } else {
            spentByOthers++;
        }
    }

    private void turn(long nowNanos) {
        long current = Math.floorDiv(nowNanos, SECOND_NANOS);
        if (current != second) {
            second = current;
            spentByTried = 0;
            spentByOthers = 0;
        }
    }
}
