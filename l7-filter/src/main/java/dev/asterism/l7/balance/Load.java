package dev.asterism.l7.balance;

import java.util.concurrent.TimeUnit;

/**
 * What a balancer knows of one endpoint. The latency is a peak-sensitive moving average: it rises to a worse sample at
 * once and falls to better ones, or to nothing when there are none, by e in {@link #DECAY_NANOS}. The first few answers
 * do not raise it, as they take in connecting and warming up. Source: Finagle's peak EWMA, Linkerd.
 * Belongs to one loop's thread.
 */
public final class Load {

    /** Of an endpoint that has not answered yet. */
    public static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

    public static final long DECAY_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** What a failure counts as when the server does not say when to come again: failing is fast, and not good. */
    public static final long FAILURE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int WARMUPS = 4;

    private final long hash;
    private int weight;
    private int pending;
    private double latency = FIRST_NANOS;
    private long sampledNanos;
    private int warmups = WARMUPS;
    private int turn;
    private boolean eligible = true;

    /**
     * @param hash of what identifies the endpoint and nothing else
     */
    public Load(long hash, int weight, long nowNanos) {
        this.hash = hash;
        this.weight = weight;
        sampledNanos = nowNanos;
    }

    public long hash() {
        return hash;
    }

    public int weight() {
        return weight;
    }

    public void weight(int value) {
        weight = value;
    }

    /** May be picked. */
    public boolean isEligible() {
        return eligible;
    }

    public void eligible(boolean on) {
        eligible = on;
    }

    /** Requests under way. */
    public int pending() {
        return pending;
    }

    /** A request goes to it. */
    public void begin() {
        pending++;
    }

    /** A request that has {@link #begin begun} is over. */
    public void end() {
        pending--;
    }

    /** A good answer has begun so long after its request. */
    public void sample(long nanos, long nowNanos) {
        double kept = decay(nowNanos);
        if (nanos <= latency) {
            latency += nanos * (1 - kept);
        } else if (warmups == 0) {
            latency = nanos;
        }
        warmups = Math.max(0, warmups - 1);
    }

    /** A failure, which counts as more than it took. */
    public void failed(long nanos, long nowNanos) {
        decay(nowNanos);
        latency = Math.max(latency, (double) nanos);
    }

    /** It is well again, and answered after so long: what was before does not count any more. */
    public void restart(long nanos, long nowNanos) {
        decay(nowNanos);
        latency = nanos;
        warmups = WARMUPS;
    }

    /** Returns what part is left. */
    private double decay(long nowNanos) {
        long passed = nowNanos - sampledNanos;
        if (passed <= 0) {
            return 1;
        }
        double kept = Math.exp(-(double) passed / DECAY_NANOS);
        latency *= kept;
        sampledNanos = nowNanos;
        return kept;
    }

    /** What it costs to be the next there. */
    double cost(long nowNanos) {
        decay(nowNanos);
        return latency * (pending + 1) / weight;
    }

    /** How much room there is, for the least-request rule. */
    double room() {
        return (double) weight / (pending + 1);
    }

    int turn() {
        return turn;
    }

    void turn(int value) {
        turn = value;
    }
}
