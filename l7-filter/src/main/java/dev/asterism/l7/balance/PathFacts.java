package dev.asterism.l7.balance;

/**
 * What the tunnel knows of the path to an endpoint, in steps so coarse that it does not change all the time. Immutable.
 *
 * @param rttMicros a round trip; 0: not known
 * @param relayed through another node
 * @param lossPercent of packets
 */
public record PathFacts(long rttMicros, boolean relayed, int lossPercent) {

    /** Of an endpoint that no tunnel leads to. */
    public static final PathFacts NONE = new PathFacts(0, false, 0);

    /** A path that loses so much is no better than one through a relay. */
    private static final int LOSSY_PERCENT = 5;

    private static final long[] LOSS_STEPS = {0, 1, 2, 5, 10, 20, 50};

    /** In steps: powers of two from 250 µs on, and seven shares of loss. */
    public static PathFacts of(long rttNanos, boolean relayed, double loss) {
        long micros = Math.max(0, rttNanos / 1_000);
        long step = micros < 250 ? 0 : Long.highestOneBit(micros);
        int lost = 0;
        for (long percent : LOSS_STEPS) {
            lost = loss * 100 >= percent ? (int) percent : lost;
        }
        return new PathFacts(step, relayed, lost);
    }

    /** Others are preferred. */
    boolean isFar() {
        return relayed || lossPercent >= LOSSY_PERCENT;
    }
}
