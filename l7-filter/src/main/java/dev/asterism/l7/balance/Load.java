package dev.asterism.l7.balance;

import java.util.concurrent.TimeUnit;

/**
 * What a balancer knows of one endpoint. The latency is a peak-sensitive moving average: it rises to a worse sample at
 * once and falls to better ones, or to the round trip of the path when there are none, by e in {@link #DECAY_NANOS}.
 * The first few answers do not raise it, as they take in connecting and warming up. Source: Finagle's peak EWMA,
 * Linkerd. Belongs to one loop's thread.
 */
public final class Load {

    /** Of an endpoint that has not answered yet. */
    public static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

    public static final long DECAY_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** What a failure counts as when the server does not say when to come again: failing is fast, and not good. */
    public static final long FAILURE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int WARMUPS = 4;

    /** Source: Envoy's slow start. */
    private static final double LEAST_RAMP = 0.1;

    private static final double NANOS_OF_MICRO = 1_000;
    private static final double PERCENT_THAT_DOUBLES = 5;

    /** Of an endpoint of weight 1, so that a tenth of its share can be told. */
    private static final int TURNS = 100;

    private final long hash;
    private int weight;
    private int pending;
    private double latency = FIRST_NANOS;
    private long sampledNanos;
    private int warmups = WARMUPS;
    private int turn;
    private boolean eligible = true;
    private PathFacts path = PathFacts.NONE;
    private long rampNanos;
    private long rampedFromNanos;

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

    /** How packets get to it. */
    public void path(PathFacts facts) {
        path = facts;
    }

    boolean isFar() {
        return path.isFar();
    }

    /** It gets few requests at first, and its share after so long; 0: at once. */
    public void rampUp(long nowNanos, long nanos) {
        rampedFromNanos = nowNanos;
        rampNanos = nanos;
    }

    /** What part of its share it gets at the moment. */
    private double ramp(long nowNanos) {
        if (rampNanos == 0) {
            return 1;
        }
        double share = (double) (nowNanos - rampedFromNanos) / rampNanos;
        if (share >= 1) {
            rampNanos = 0;
        }
        return Math.clamp(share, LEAST_RAMP, 1);
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
        double whole = Math.max(latency, path.rttMicros() * NANOS_OF_MICRO);
        return whole * losses() * (pending + 1) / (weight * ramp(nowNanos));
    }

    /** What is lost is sent again, and TCP slows down: 5 % count as twice the time. */
    private double losses() {
        return 1 + path.lossPercent() / PERCENT_THAT_DOUBLES;
    }

    /** How much room there is, for the least-request rule. */
    double room(long nowNanos) {
        return weight * ramp(nowNanos) / (losses() * (pending + 1));
    }

    /** For the rule of turns. */
    int turns(long nowNanos) {
        return Math.max(1, (int) (TURNS * weight * ramp(nowNanos)));
    }

    int turn() {
        return turn;
    }

    void turn(int value) {
        turn = value;
    }
}
