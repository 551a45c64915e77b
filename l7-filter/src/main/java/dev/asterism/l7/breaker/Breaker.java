package dev.asterism.l7.breaker;

import java.util.Arrays;

/**
 * Watches one endpoint's answers on one loop and says when it is to be ejected: after failures in a row, or when too
 * few within the window were good. Being beaten by the second copy of a request is a quarter of a failure in a row, as
 * an endpoint that hangs gives no answer at all and one that is well gives some between. Behind each ejection one
 * request is a probe, over all loops: only its own answer decides, a good one closes the breaker, another makes the
 * next ejection twice as long. The answers counted are the loop's, the {@link Ejection} is every loop's. Belongs to
 * one loop's thread.
 */
public final class Breaker {

    private static final int BUCKETS = 10;
    private static final int MOST_DOUBLINGS = 30;

    /**
     * So many attempts beaten in a row are one failure. Of two equal endpoints the one asked later wins less than half
     * of the races, so with 5 failures one that is well is ejected less than once in 2^20 attempts, even when each
     * request has a second copy.
     */
    private static final int BEATEN = 4;

    private final Ejection ejection;
    private BreakerPolicy policy;
    private long bucketNanos;
    private final int[] good = new int[BUCKETS];
    private final int[] bad = new int[BUCKETS];
    private long newestBucket = Long.MIN_VALUE;

    /** In quarters: a failure counts {@link #BEATEN}, one that was beaten 1. */
    private int inARow;

    private long ownProbe = Ejection.NO_PROBE;

    public Breaker(BreakerPolicy policy, Ejection ejection) {
        this.policy = policy;
        this.ejection = ejection;
        bucketNanos = policy.window().toNanos() / BUCKETS;
    }

    /** Another policy from now on; the state stays, what was counted by other rules does not. */
    public void policy(BreakerPolicy next) {
        boolean same = next.isSameAs(policy);
        policy = next;
        if (!same) {
            bucketNanos = next.window().toNanos() / BUCKETS;
            forget();
            newestBucket = Long.MIN_VALUE;
        }
    }

    public boolean isClosed() {
        return !ejection.isEjected();
    }

    /** Its probe is due, now or later. */
    public boolean waitsForProbe() {
        return ejection.waitsForProbe();
    }

    /** The end of the ejection, when it is ejected. */
    public long untilNanos() {
        return ejection.untilNanos();
    }

    /** The number by which the next request is its probe; {@link Ejection#NO_PROBE}: it is not. */
    public long tryProbe(long nowNanos) {
        long probe = ejection.tryProbe(nowNanos);
        if (probe != Ejection.NO_PROBE) {
            ownProbe = probe;
        }
        return probe;
    }

    /** The probe came to nothing that says anything, as its client went away: another may be sent. */
    public void probeLost(long probe) {
        ejection.lost(probe);
    }

    /** This loop has no such endpoint any more: a probe that it has under way shall keep nobody waiting. */
    public void leave() {
        ejection.lost(ownProbe);
    }

    /**
     * A good answer. True: this closes it.
     *
     * @param probe the number by which the request was a probe, or {@link Ejection#NO_PROBE}
     */
    public boolean good(long nowNanos, long probe) {
        if (isClosed()) {
            inARow = 0;
            good[bucket(nowNanos)]++;
            return false;
        }
        // Others are of requests from before the ejection, or of a panic.
        if (!ejection.succeeded(probe)) {
            return false;
        }
        inARow = 0;
        forget();
        return true;
    }

    /**
     * A failure. True: it should be ejected, if others are left, and its owner calls {@link #eject}.
     *
     * @param counts it counts for those in a row too; an answer that only says "too much" does not
     */
    public boolean bad(long nowNanos, boolean counts, long probe) {
        if (!isClosed()) {
            return ejection.isUnderWay(probe);
        }
        bad[bucket(nowNanos)]++;
        if (counts) {
            inARow += BEATEN;
        }
        return isRow() || isUnderRatio();
    }

    /**
     * Another endpoint has answered a second copy before this one said anything. True: it should be ejected, as after
     * {@link #bad}.
     */
    public boolean beaten(long probe) {
        if (!isClosed()) {
            return ejection.isUnderWay(probe);
        }
        inARow++;
        return isRow();
    }

    private boolean isRow() {
        return policy.failures() > 0 && inARow >= BEATEN * policy.failures();
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
     * Begins an ejection and returns how long it is, in nanoseconds; 0: another loop was first.
     *
     * @param random evenly distributed over all longs: it is up to half longer, so that endpoints come back one by
     *     one
     */
    public long eject(long nowNanos, long random, long probe) {
        long most = policy.ejectMost().toNanos();
        long least = policy.ejectLeast().toNanos();
        int doublings = Math.min(ejection.ejections(), MOST_DOUBLINGS);
        long base = least > most >> doublings ? most : least << doublings;
        long nanos = Math.min(most, base + Math.floorMod(random, Math.max(1, base / 2)));
        long until = nowNanos + nanos;
        boolean begun = isClosed() ? ejection.begin(until) : ejection.failed(probe, until);
        if (!begun) {
            return 0;
        }
        inARow = 0;
        forget();
        return nanos;
    }

    /** There were too many ejected: the ejection that has just begun is none. */
    public void takeBack(long untilNanos) {
        ejection.takeBack(untilNanos);
    }

    private void forget() {
        Arrays.fill(good, 0);
        Arrays.fill(bad, 0);
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
