package dev.asterism.overlay.firewall;

import dev.asterism.overlay.firewall.Conntrack.Tracked;
import dev.asterism.overlay.packet.FlowKey;
import java.util.Arrays;

/**
 * One lock's share of {@link Conntrack}: chained entries of eight longs, a cache line each. Slots are numbered from 1, so
 * that 0 ends a chain. The bucket array has its final size from the start; only entries grow.
 */
final class ConntrackStripe {

    private static final int LOCAL_HI = 0;
    private static final int LOCAL_LO = 1;
    private static final int REMOTE_HI = 2;
    private static final int REMOTE_LO = 3;
    private static final int TUPLE = 4;
    private static final int RULES_VERSION = 5;
    private static final int CERTIFICATE = 6;
    private static final int EXPIRY = 7;
    private static final int ENTRY_WORDS = 8;

    /** The origin stands below the tuple in its word. */
    private static final long ORIGIN_INBOUND = 1;

    private static final int FIRST_CAPACITY = 32;

    /** A stripe without a free slot is searched for expired ones at most this often, whatever peers send. */
    private static final long SWEEP_INTERVAL_NANOS = 100_000_000L;

    private final int limit;
    private final int[] buckets;
    private int[] next;
    private long[] words;
    private int freeSlot;
    private int usedSlots;
    private int size;
    private boolean swept;
    private long notBeforeNanos;

    ConntrackStripe(int limit) {
        this.limit = limit;
        buckets = new int[Math.max(16, Integer.highestOneBit(limit))];
        int capacity = Math.min(limit, FIRST_CAPACITY);
        next = new int[capacity + 1];
        words = new long[(capacity + 1) * ENTRY_WORDS];
    }

    synchronized int size() {
        return size;
    }

    synchronized Tracked find(
            FlowKey flow,
            long hash,
            long rulesVersion,
            long certificateId,
            long timeoutNanos,
            long nowNanos) {
        int slot = slotOf(flow, bucket(hash));
        if (slot == 0) {
            return Tracked.ABSENT;
        }
        int at = slot * ENTRY_WORDS;
        if (expired(at, nowNanos)) {
            remove(flow, hash);
            return Tracked.ABSENT;
        }
        // A lane may still hold older rules than those the entry was judged by: the later word
        // stands.
        if (words[at + RULES_VERSION] >= rulesVersion && words[at + CERTIFICATE] == certificateId) {
            words[at + EXPIRY] = nowNanos + timeoutNanos;
            return Tracked.CURRENT;
        }
        return (words[at + TUPLE] & ORIGIN_INBOUND) != 0
                ? Tracked.STALE_INBOUND
                : Tracked.STALE_OUTBOUND;
    }

    synchronized boolean put(
            FlowKey flow,
            long hash,
            Direction origin,
            long rulesVersion,
            long certificateId,
            long timeoutNanos,
            long nowNanos) {
        int bucket = bucket(hash);
        int slot = slotOf(flow, bucket);
        if (slot == 0) {
            slot = takeSlot(nowNanos);
            if (slot == 0) {
                return false;
            }
            next[slot] = buckets[bucket];
            buckets[bucket] = slot;
            size++;
        }
        int at = slot * ENTRY_WORDS;
        words[at + LOCAL_HI] = flow.localHi;
        words[at + LOCAL_LO] = flow.localLo;
        words[at + REMOTE_HI] = flow.remoteHi;
        words[at + REMOTE_LO] = flow.remoteLo;
        words[at + TUPLE] = tuple(flow) << 1 | (origin == Direction.INBOUND ? ORIGIN_INBOUND : 0);
        words[at + RULES_VERSION] = rulesVersion;
        words[at + CERTIFICATE] = certificateId;
        words[at + EXPIRY] = nowNanos + timeoutNanos;
        return true;
    }

    synchronized void remove(FlowKey flow, long hash) {
        int bucket = bucket(hash);
        int before = 0;
        for (int slot = buckets[bucket]; slot != 0; slot = next[slot]) {
            if (holds(slot * ENTRY_WORDS, flow)) {
                unlink(bucket, before, slot);
                return;
            }
            before = slot;
        }
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
                && words[at + TUPLE] >>> 1 == tuple(flow)
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
        int before = 0;
        int slot = buckets[bucket];
        while (slot != 0) {
            int following = next[slot];
            if (expired(slot * ENTRY_WORDS, nowNanos)) {
                unlink(bucket, before, slot);
            } else {
                before = slot;
            }
            slot = following;
        }
    }

    private void unlink(int bucket, int before, int slot) {
        if (before == 0) {
            buckets[bucket] = next[slot];
        } else {
            next[before] = next[slot];
        }
        next[slot] = freeSlot;
        freeSlot = slot;
        size--;
    }

    /** A slot in no chain, or 0 when every one that may exist holds a live entry. */
    private int takeSlot(long nowNanos) {
        boolean roomAtHand = freeSlot != 0 || usedSlots + 1 < next.length;
        if (!roomAtHand && (!swept || nowNanos - notBeforeNanos >= 0)) {
            purge(nowNanos);
            swept = true;
            notBeforeNanos = nowNanos + SWEEP_INTERVAL_NANOS;
        }
        if (freeSlot != 0) {
            int slot = freeSlot;
            freeSlot = next[slot];
            return slot;
        }
        if (usedSlots == limit) {
            return 0;
        }
        if (usedSlots + 1 == next.length) {
            grow();
        }
        return ++usedSlots;
    }

    private void grow() {
        int capacity = Math.min(limit, usedSlots * 2);
        next = Arrays.copyOf(next, capacity + 1);
        words = Arrays.copyOf(words, (capacity + 1) * ENTRY_WORDS);
    }
}
