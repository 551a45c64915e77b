package dev.asterism.overlay.firewall;

import dev.asterism.overlay.packet.FlowKey;

/**
 * Flows that were admitted (spec behaviour.md 4.3). Bounded; cut into stripes by flow hash, each under its own short
 * lock, so that lanes seldom meet. A hit allocates nothing; an insert only when its stripe grows. Safe on any thread.
 */
public final class Conntrack {

    /** Entries of the default table; an entry takes 72 bytes once it is used. */
    public static final int DEFAULT_MAX_ENTRIES = 65_536;

    private static final int MAX_STRIPES = 16;
    private static final int MIN_STRIPE_ENTRIES = 256;

    private final ConntrackStripe[] stripes;
    private final long seed;

    /**
     * @param maxEntries bound on tracked flows, at least 1
     * @param seed secret: keeps peers from choosing flows that share a bucket
     */
    public Conntrack(int maxEntries, long seed) {
        if (maxEntries < 1) {
            throw new IllegalArgumentException("a table of " + maxEntries + " entries");
        }
        int wanted = Math.clamp(maxEntries / MIN_STRIPE_ENTRIES, 1, MAX_STRIPES);
        stripes = new ConntrackStripe[Integer.highestOneBit(wanted)];
        for (int i = 0; i < stripes.length; i++) {
            stripes[i] = new ConntrackStripe(maxEntries / stripes.length);
        }
        this.seed = seed;
    }

    /** Seeded hash of a flow: worked out once per packet, used by every call below. */
    long hash(FlowKey flow) {
        long h = (flow.hash() ^ seed) * 0x9E3779B97F4A7C15L;
        h = (h ^ h >>> 29) * 0xBF58476D1CE4E5B9L;
        return h ^ h >>> 32;
    }

    private ConntrackStripe stripe(long hash) {
        return stripes[(int) (hash >>> 56) & stripes.length - 1];
    }

    /**
     * Looks a flow up. Only a current entry is refreshed: one judged under these rules or later ones, for the same
     * certificate of the peer.
     */
    Tracked find(
            FlowKey flow,
            long hash,
            long rulesVersion,
            long certificateId,
            long timeoutNanos,
            long nowNanos) {
        return stripe(hash).find(flow, hash, rulesVersion, certificateId, timeoutNanos, nowNanos);
    }

    /** Creates the entry or brings it up to date; false when the stripe is full of live ones. */
    boolean put(
            FlowKey flow,
            long hash,
            Direction origin,
            long rulesVersion,
            long certificateId,
            long timeoutNanos,
            long nowNanos) {
        return stripe(hash)
                .put(flow, hash, origin, rulesVersion, certificateId, timeoutNanos, nowNanos);
    }

    void remove(FlowKey flow, long hash) {
        stripe(hash).remove(flow, hash);
    }

    /** Drops expired entries; returns how many. Look-ups never return one, so this only frees room. */
    public int purge(long nowNanos) {
        int purged = 0;
        for (ConntrackStripe stripe : stripes) {
            purged += stripe.purge(nowNanos);
        }
        return purged;
    }

    /** Tracked flows, expired but not yet purged ones included. */
    public int size() {
        int size = 0;
        for (ConntrackStripe stripe : stripes) {
            size += stripe.size();
        }
        return size;
    }

    /** What a look-up found. */
    enum Tracked {
        ABSENT,
        CURRENT,
        /** Let in by a rule for inbound packets, under other rules or for another certificate. */
        STALE_INBOUND,
        STALE_OUTBOUND
    }
}
