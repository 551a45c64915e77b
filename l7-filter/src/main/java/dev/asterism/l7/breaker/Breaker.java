package dev.asterism.l7.breaker;

/**
 * Watches the answers of one endpoint and says when it is to rest: after failures in a row, or when too few within the
 * window were good. Behind each rest it gets one request as a probe: a good answer closes the breaker, another makes
 * the next rest twice as long. Belongs to one loop's thread.
 *
 * <p>The states are closed (answers count), open (it rests) and half-open (one probe is under way, or due).
 */
public final class Breaker {

    private enum State {
        CLOSED,
        OPEN,
        /** It has rested; the next request is the probe. */
        DUE,
        PROBING
    }

    private static final int BUCKETS = 10;
    private static final int MOST_DOUBLINGS = 30;

    private BreakerPolicy policy;
    private long bucketNanos;
    private final int[] good = new int[BUCKETS];
    private final int[] bad = new int[BUCKETS];
    private long newestBucket = Long.MIN_VALUE;
    private State state = State.CLOSED;
    private int inARow;
    private int rests;
    private long untilNanos;

    public Breaker(BreakerPolicy policy) {
        this.policy = policy;
        bucketNanos = policy.window().toNanos() / BUCKETS;
    }

    /** Another policy from now on; the state stays, what was counted by another window does not. */
    public void policy(BreakerPolicy next) {
        if (!next.equals(policy)) {
            policy = next;
            bucketNanos = next.window().toNanos() / BUCKETS;
            forget();
            newestBucket = Long.MIN_VALUE;
        }
    }

    public boolean isClosed() {
        return state == State.CLOSED;
    }

    /** It rests, or waits for the answer of its probe. */
    public boolean isOpen() {
        return state == State.OPEN || state == State.PROBING;
    }

    /** It rests, or its probe is due. */
    public boolean isWaiting() {
        return state == State.OPEN || state == State.DUE;
    }

    /** The end of the rest, when it rests. */
    public long untilNanos() {
        return untilNanos;
    }

    /** Whether the next request is to be its probe. */
    public boolean isProbeDue(long nowNanos) {
        if (state == State.OPEN && nowNanos - untilNanos >= 0) {
            state = State.DUE;
        }
        return state == State.DUE;
    }

    /** The probe is under way. */
    public void probe() {
        state = State.PROBING;
    }

    /** The probe came to nothing that says anything, as its client went away: another may be sent. */
    public void probeLost() {
        if (state == State.PROBING) {
            state = State.DUE;
        }
    }

    /** A good answer. True: this closes it. */
    public boolean good(long nowNanos) {
        inARow = 0;
        if (state == State.CLOSED) {
            good[bucket(nowNanos)]++;
            return false;
        }
        if (state != State.PROBING) {
            // Of a request from before the rest.
            return false;
        }
        state = State.CLOSED;
        rests = 0;
        forget();
        return true;
    }

    /**
     * A failure. True: it should rest, if others are left, and its owner calls {@link #rest}.
     *
     * @param counts it counts for those in a row too; an answer that only says "too much" does not
     */
    public boolean bad(long nowNanos, boolean counts) {
        if (state == State.PROBING) {
            return true;
        }
        if (state != State.CLOSED) {
            return false;
        }
        bad[bucket(nowNanos)]++;
        if (counts) {
            inARow++;
        }
        boolean row = policy.failures() > 0 && inARow >= policy.failures();
        return row || isUnderRatio();
    }

    private boolean isUnderRatio() {
        int goods = 0;
        int bads = 0;
        for (int i = 0; i < BUCKETS; i++) {
            goods += good[i];
            bads += bad[i];
        }
        int all = goods + bads;
        return all >= policy.samples() && goods < policy.success() * all;
    }

    /**
     * Begins a rest and returns how long it is, in nanoseconds.
     *
     * @param random evenly distributed over all longs: a rest is up to half longer, so that endpoints come back one
     *     by one
     */
    public long rest(long nowNanos, long random) {
        long most = policy.ejectMost().toNanos();
        long least = policy.ejectLeast().toNanos();
        int doublings = Math.min(rests, MOST_DOUBLINGS);
        long base = least > most >> doublings ? most : least << doublings;
        long nanos = Math.min(most, base + Math.floorMod(random, Math.max(1, base / 2)));
        rests++;
        inARow = 0;
        forget();
        state = State.OPEN;
        untilNanos = nowNanos + nanos;
        return nanos;
    }

    private void forget() {
        java.util.Arrays.fill(good, 0);
        java.util.Arrays.fill(bad, 0);
    }

    private int bucket(long nowNanos) {
        long now = Math.floorDiv(nowNanos, bucketNanos);
        if (newestBucket == Long.MIN_VALUE || now - newestBucket >= BUCKETS) {
            forget();
            newestBucket = now;
        }
        while (newestBucket < now) {
            newestBucket++;
            int fresh = Math.floorMod(newestBucket, BUCKETS);
            good[fresh] = 0;
            bad[fresh] = 0;
        }
        return Math.floorMod(now, BUCKETS);
    }
}
