package dev.asterism.overlay.firewall;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.packet.FlowKey;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Flows that were admitted (spec behaviour.md 4.3). Bounded: when it is full, a new flow takes the place of one of the
 * peer that holds most, so that no peer can shut out others (docs/adr/0016-fair-flow-table.md). Cut into stripes by
 * flow hash, each under its own short lock, so that lanes seldom meet. A hit allocates nothing; an insert only when its
 * stripe grows. Safe on any thread.
 */
public final class Conntrack {

    /** Entries of the default table; an entry takes 96 bytes once it is used. */
    public static final int DEFAULT_MAX_ENTRIES = 65_536;

    private static final int MAX_STRIPES = 16;
    private static final int MIN_STRIPE_ENTRIES = 256;

    private final ConntrackStripe[] stripes;
    private final long seed;
    private final int maxEntries;
    private final AtomicLong evicted = new AtomicLong();

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
        this.maxEntries = maxEntries;
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
     * Looks a flow up for a packet that goes in this direction. Only a current entry is refreshed:
     * one judged under these rules or later ones, for the same certificate of the peer. A closed
     * one is absent to a packet that opens another connection. Of an entry that was found, {@code flow} gets
     * the filter's port.
     */
    Tracked find(
            FlowKey flow,
            long hash,
            Direction direction,
            long rulesVersion,
            long certificateId,
            long timeoutNanos,
            long nowNanos) {
        return stripe(hash)
                .find(flow, hash, direction, rulesVersion, certificateId, timeoutNanos, nowNanos);
    }

    /**
     * Creates the entry or brings it up to date, for a packet that goes in this direction.
     *
     * @param flow with the filter's port that the entry is to have
     * @param origin direction of the rule that admits the flow
     */
    void put(
            FlowKey flow,
            long hash,
            Direction direction,
            Direction origin,
            long rulesVersion,
            long certificateId,
            long timeoutNanos,
            long nowNanos) {
        if (stripe(hash)
                .put(
                        flow,
                        hash,
                        direction,
                        origin,
                        rulesVersion,
                        certificateId,
                        timeoutNanos,
                        nowNanos)) {
            evicted.incrementAndGet();
        }
    }

    /** See {@link ConntrackStripe#noteOrigin}. */
    void noteOrigin(FlowKey flow, long hash, PeerIdentity peer) {
        stripe(hash).noteOrigin(flow, hash, peer);
    }

    @Nullable PeerIdentity originOf(FlowKey flow) {
        long hash = hash(flow);
        return stripe(hash).originOf(flow, hash);
    }

    int filterPortOf(FlowKey flow) {
        long hash = hash(flow);
        return stripe(hash).filterPortOf(flow, hash);
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

    /**
     * Of the flows that are wanted the one whose last packet is youngest, or null.
     *
     * @param timeouts those that entries live by
     */
    @Nullable TrackedFlow last(
            Ip local, Ip remote, Predicate<FlowKey> wanted, ConntrackTimeouts timeouts) {
        TrackedFlow last = null;
        for (ConntrackStripe stripe : stripes) {
            TrackedFlow found = stripe.last(local, remote, wanted, timeouts);
            boolean younger =
                    found != null && (last == null || found.seenNanos() - last.seenNanos() > 0);
            last = younger ? found : last;
        }
        return last;
    }

    int maxEntries() {
        return maxEntries;
    }

    /** Live flows that had to go for new ones so far. */
    long evicted() {
        return evicted.get();
    }

    /**
     * 64 bits of the certificate's fingerprint of the peer that holds most, as good as it is known;
     * 0 when there is no flow.
     */
    long largestHolder() {
        long largest = 0;
        int most = 0;
        for (ConntrackStripe stripe : stripes) {
            long candidate = stripe.largestHolder();
            int held = heldBy(candidate);
            if (held > most) {
                most = held;
                largest = candidate;
            }
        }
        return largest;
    }

    /** Flows of one peer, expired ones included. */
    int heldBy(long certificateId) {
        int held = 0;
        for (ConntrackStripe stripe : stripes) {
            held += stripe.heldBy(certificateId);
        }
        return held;
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
