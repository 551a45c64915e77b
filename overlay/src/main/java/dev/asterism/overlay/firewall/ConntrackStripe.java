package dev.asterism.overlay.firewall;

import dev.asterism.overlay.firewall.Conntrack.Tracked;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.packet.FlowKey;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One lock's share of {@link Conntrack}: chained entries of eight longs, a cache line each. Slots
 * are numbered from 1, so that 0 ends a chain. When every slot is taken an entry of the peer that
 * holds most makes room. A call takes a bounded number of steps and allocates only when the stripe
 * grows.
 */
final class ConntrackStripe {

    private static final int LOCAL_HI = 0;
    private static final int LOCAL_LO = 1;
    private static final int REMOTE_HI = 2;
    private static final int REMOTE_LO = 3;

    /** Below the tuple stand the bits of {@link FlowLife}, above it the port of the L7 filter. */
    private static final int TUPLE = 4;

    private static final int RULES_VERSION = 5;
    private static final int CERTIFICATE = 6;
    private static final int EXPIRY = 7;
    private static final int ENTRY_WORDS = 8;

    private static final long LIFE_MASK = (1L << FlowLife.BITS) - 1;
    private static final long TUPLE_MASK = (1L << FlowLife.FILTER_PORT_SHIFT - FlowLife.BITS) - 1;

    private static final @Nullable PeerIdentity[] NO_ORIGINS = {};

    private static final int FIRST_CAPACITY = 32;

    /** Buckets that are searched for expired entries each time no free slot is at hand. */
    private static final int SWEEP_BUCKETS = 16;

    /** Entries of the peer that holds most, from the oldest on, of which one goes. */
    private static final int CANDIDATES = 8;

    private final int limit;
    private final int[] buckets;
    private final FlowShares shares;
    private int[] next;
    private int[] home;
    private long[] words;

    /** Of the flows that go through the L7 filter; empty until there is one. */
    private @Nullable PeerIdentity[] origins = NO_ORIGINS;

    private int freeSlot;
    private int usedSlots;
    private int size;
    private int hand;

    ConntrackStripe(int limit) {
        this.limit = limit;
        buckets = new int[Math.max(16, Integer.highestOneBit(limit))];
        int capacity = Math.min(limit, FIRST_CAPACITY);
        next = new int[capacity + 1];
        home = new int[capacity + 1];
        words = new long[(capacity + 1) * ENTRY_WORDS];
        shares = new FlowShares(capacity);
    }

    synchronized int size() {
        return size;
    }

    /** Certificate of the peer that holds most; meaningless when there is no entry. */
    synchronized long largestHolder() {
        return shares.largest();
    }

    synchronized int heldBy(long certificateId) {
        return shares.countOf(certificateId);
    }

    synchronized Tracked find(
            FlowKey flow,
            long hash,
            Direction direction,
            long rulesVersion,
            long certificateId,
            long timeoutNanos,
            long nowNanos) {
        int slot = slotOf(flow, bucket(hash));
        if (slot == 0) {
            return Tracked.ABSENT;
        }
        int at = slot * ENTRY_WORDS;
        if (expired(at, nowNanos) || FlowLife.isReopened(words[at + TUPLE], flow)) {
            unlink(slot);
            return Tracked.ABSENT;
        }
        flow.filterPort = filterPort(at);
        // A lane may still hold older rules than those the entry was judged by: the later word
        // stands.
        if (words[at + RULES_VERSION] >= rulesVersion && words[at + CERTIFICATE] == certificateId) {
            seen(at, flow, direction, timeoutNanos, nowNanos);
            return Tracked.CURRENT;
        }
        return (words[at + TUPLE] & FlowLife.ORIGIN_INBOUND) != 0
                ? Tracked.STALE_INBOUND
                : Tracked.STALE_OUTBOUND;
    }

    /** Whether a live entry had to go for it. */
    synchronized boolean put(
            FlowKey flow,
            long hash,
            Direction direction,
            Direction origin,
            long rulesVersion,
            long certificateId,
            long timeoutNanos,
            long nowNanos) {
        int bucket = bucket(hash);
        int slot = slotOf(flow, bucket);
        long life = FlowLife.begin(flow, origin);
        boolean evicted = false;
        if (slot == 0) {
            evicted = makeRoom(nowNanos);
            slot = takeSlot();
            next[slot] = buckets[bucket];
            buckets[bucket] = slot;
            home[slot] = bucket;
            size++;
            shares.add(slot, certificateId);
        } else {
            life |= words[slot * ENTRY_WORDS + TUPLE] & LIFE_MASK & ~FlowLife.ORIGIN_INBOUND;
            if (!shares.isHeldBy(slot, certificateId)) {
                shares.remove(slot);
                shares.add(slot, certificateId);
            }
        }
        int at = slot * ENTRY_WORDS;
        words[at + LOCAL_HI] = flow.localHi;
        words[at + LOCAL_LO] = flow.localLo;
        words[at + REMOTE_HI] = flow.remoteHi;
        words[at + REMOTE_LO] = flow.remoteLo;
        words[at + TUPLE] =
                (long) flow.filterPort << FlowLife.FILTER_PORT_SHIFT
                        | tuple(flow) << FlowLife.BITS
                        | life;
        words[at + RULES_VERSION] = rulesVersion;
        words[at + CERTIFICATE] = certificateId;
        seen(at, flow, direction, timeoutNanos, nowNanos);
        return evicted;
    }

    private void seen(int at, FlowKey flow, Direction direction, long timeoutNanos, long nowNanos) {
        long bits = FlowLife.after(words[at + TUPLE], flow, direction);
        words[at + TUPLE] = bits;
        words[at + EXPIRY] = nowNanos + FlowLife.nanos(bits, timeoutNanos);
    }

    /** Notes whose packets a tracked flow carries to the L7 filter; forgotten with the flow. */
    synchronized void noteOrigin(FlowKey flow, long hash, PeerIdentity peer) {
        int slot = slotOf(flow, bucket(hash));
        if (slot != 0) {
            if (origins.length < next.length) {
                origins = Arrays.copyOf(origins, next.length);
            }
            origins[slot] = peer;
        }
    }

    /** The peer that was noted for a flow; null when the flow is not tracked or none was noted. */
    synchronized @Nullable PeerIdentity originOf(FlowKey flow, long hash) {
        int slot = slotOf(flow, bucket(hash));
        return slot < origins.length ? origins[slot] : null;
    }

    /** Port of the L7 filter of a tracked flow, 0 for none; the flow counts as no younger for it. */
    synchronized int filterPortOf(FlowKey flow, long hash) {
        int slot = slotOf(flow, bucket(hash));
        return slot == 0 ? 0 : filterPort(slot * ENTRY_WORDS);
    }

    private int filterPort(int at) {
        return (int) (words[at + TUPLE] >>> FlowLife.FILTER_PORT_SHIFT);
    }

    synchronized void remove(FlowKey flow, long hash) {
        int slot = slotOf(flow, bucket(hash));
        if (slot != 0) {
            unlink(slot);
        }
    }

    /**
     * Of the flows between two addresses that are wanted the one whose last packet is youngest, or
     * null. Looks at every entry: for people, not for packets.
     */
    synchronized @Nullable TrackedFlow last(
            Ip local, Ip remote, Predicate<FlowKey> wanted, ConntrackTimeouts timeouts) {
        TrackedFlow last = null;
        for (int head : buckets) {
            for (int slot = head; slot != 0; slot = next[slot]) {
                int at = slot * ENTRY_WORDS;
                // By words, as lanes wait for this lock: an object for each entry would take long.
                boolean between =
                        words[at + LOCAL_HI] == local.hi()
                                && words[at + LOCAL_LO] == local.lo()
                                && words[at + REMOTE_HI] == remote.hi()
                                && words[at + REMOTE_LO] == remote.lo();
                if (between) {
                    TrackedFlow flow = flow(at, timeouts);
                    boolean younger = last == null || flow.seenNanos() - last.seenNanos() > 0;
                    last = younger && wanted.test(flow.flow()) ? flow : last;
                }
            }
        }
        return last;
    }

    private TrackedFlow flow(int at, ConntrackTimeouts timeouts) {
        FlowKey flow = new FlowKey();
        long bits = words[at + TUPLE];
        long tuple = bits >>> FlowLife.BITS;
        flow.localHi = words[at + LOCAL_HI];
        flow.localLo = words[at + LOCAL_LO];
        flow.remoteHi = words[at + REMOTE_HI];
        flow.remoteLo = words[at + REMOTE_LO];
        flow.localPort = (int) (tuple >>> 25) & 0xFFFF;
        flow.remotePort = (int) (tuple >>> 9) & 0xFFFF;
        flow.protocol = (int) (tuple >>> 1) & 0xFF;
        flow.fragment = (tuple & 1) != 0;
        return new TrackedFlow(
                flow,
                (bits & FlowLife.ORIGIN_INBOUND) != 0 ? Direction.INBOUND : Direction.OUTBOUND,
                words[at + EXPIRY] - FlowLife.nanos(bits, timeouts.nanosFor(flow.protocol)));
    }

    synchronized int purge(long nowNanos) {
        int before = size;
        for (int bucket = 0; bucket < buckets.length; bucket++) {
            unlinkExpired(bucket, nowNanos);
        }
        return before - size;
    }

    private int bucket(long hash) {
        return (int) hash & buckets.length - 1;
    }

    private int slotOf(FlowKey flow, int bucket) {
        int slot = buckets[bucket];
        while (slot != 0 && !holds(slot * ENTRY_WORDS, flow)) {
            slot = next[slot];
        }
        return slot;
    }

    private boolean holds(int at, FlowKey flow) {
        return words[at + REMOTE_LO] == flow.remoteLo
                && (words[at + TUPLE] >>> FlowLife.BITS & TUPLE_MASK) == tuple(flow)
                && words[at + LOCAL_LO] == flow.localLo
                && words[at + REMOTE_HI] == flow.remoteHi
                && words[at + LOCAL_HI] == flow.localHi;
    }

    /** Local port, remote port, protocol, fragment: 41 bits. */
    private static long tuple(FlowKey flow) {
        return (long) flow.localPort << 25
                | (long) flow.remotePort << 9
                | (long) flow.protocol << 1
                | (flow.fragment ? 1 : 0);
    }

    private boolean expired(int at, long nowNanos) {
        return nowNanos - words[at + EXPIRY] >= 0;
    }

    private void unlinkExpired(int bucket, long nowNanos) {
        int slot = buckets[bucket];
        while (slot != 0) {
            int following = next[slot];
            if (expired(slot * ENTRY_WORDS, nowNanos)) {
                unlink(slot);
            }
            slot = following;
        }
    }

    private void unlink(int slot) {
        int bucket = home[slot];
        int before = 0;
        for (int at = buckets[bucket]; at != slot; at = next[at]) {
            before = at;
        }
        if (before == 0) {
            buckets[bucket] = next[slot];
        } else {
            next[before] = next[slot];
        }
        next[slot] = freeSlot;
        freeSlot = slot;
        size--;
        shares.remove(slot);
        if (slot < origins.length) {
            origins[slot] = null;
        }
    }

    /** Sees to it that a slot can be had; true when a live entry had to go. */
    private boolean makeRoom(long nowNanos) {
        if (freeSlot != 0 || usedSlots + 1 < next.length) {
            return false;
        }
        sweep(nowNanos);
        if (freeSlot != 0 || usedSlots < limit) {
            return false;
        }
        evict(nowNanos);
        return true;
    }

    /** A slot in no chain. */
    private int takeSlot() {
        if (freeSlot != 0) {
            int slot = freeSlot;
            freeSlot = next[slot];
            return slot;
        }
        if (usedSlots + 1 == next.length) {
            grow();
        }
        return ++usedSlots;
    }

    private void sweep(long nowNanos) {
        for (int step = 0; step < SWEEP_BUCKETS; step++) {
            unlinkExpired(hand, nowNanos);
            hand = hand + 1 & buckets.length - 1;
        }
    }

    /**
     * Ends one flow of the peer that holds most: of its oldest few the one that it needs least.
     * Those that were spared count as its newest, so that the next call looks at others.
     */
    private void evict(long nowNanos) {
        int victim = shares.oldestOfLargest();
        int slot = shares.newerThan(victim);
        for (int looked = 1; looked < CANDIDATES && slot != 0; looked++) {
            int following = shares.newerThan(slot);
            int spared = slot;
            if (goesBefore(slot, victim, nowNanos)) {
                spared = victim;
                victim = slot;
            }
            shares.renew(spared);
            slot = following;
        }
        unlink(victim);
    }

    private boolean goesBefore(int slot, int other, long nowNanos) {
        int at = slot * ENTRY_WORDS;
        int otherAt = other * ENTRY_WORDS;
        int rank = FlowLife.rank(words[at + TUPLE]);
        int otherRank = FlowLife.rank(words[otherAt + TUPLE]);
        return rank != otherRank
                ? rank < otherRank
                : words[at + EXPIRY] - nowNanos < words[otherAt + EXPIRY] - nowNanos;
    }

    private void grow() {
        int capacity = Math.min(limit, usedSlots * 2);
        next = Arrays.copyOf(next, capacity + 1);
        home = Arrays.copyOf(home, capacity + 1);
        words = Arrays.copyOf(words, (capacity + 1) * ENTRY_WORDS);
        shares.grow(capacity);
    }
}
