package dev.asterism.overlay.firewall;

import java.util.Arrays;

/**
 * Which peer holds how many entries of a {@link ConntrackStripe}, and which peer holds most. Every operation takes a
 * bounded number of steps: a peer's count changes by one at a time, so peers stand in lists by count and the longest
 * share is always at hand. Each peer's entries are in a list, oldest first. Entries are named by their slots, from 1;
 * peers are numbered from 1, so that 0 ends a list. Guarded by the stripe's lock; allocates only when it grows.
 */
final class FlowShares {

    private static final int FIRST_PEERS = 8;

    // By slot.
    private int[] holder;
    private int[] older;
    private int[] newer;

    /** First peer of those with so many entries. */
    private int[] withCount;

    // By peer.
    private long[] certificates = new long[FIRST_PEERS + 1];
    private int[] counts = new int[FIRST_PEERS + 1];
    private int[] oldest = new int[FIRST_PEERS + 1];
    private int[] newest = new int[FIRST_PEERS + 1];
    private int[] nextInBucket = new int[FIRST_PEERS + 1];
    private int[] previousAlike = new int[FIRST_PEERS + 1];
    private int[] nextAlike = new int[FIRST_PEERS + 1];

    private int[] buckets = new int[FIRST_PEERS];
    private int freePeer;
    private int usedPeers;
    private int most;

    FlowShares(int slots) {
        holder = new int[slots + 1];
        older = new int[slots + 1];
        newer = new int[slots + 1];
        withCount = new int[slots + 1];
    }

    /** Makes room for slots up to this number. */
    void grow(int slots) {
        holder = Arrays.copyOf(holder, slots + 1);
        older = Arrays.copyOf(older, slots + 1);
        newer = Arrays.copyOf(newer, slots + 1);
        withCount = Arrays.copyOf(withCount, slots + 1);
    }

    /** Counts a slot that nobody holds for the peer with that certificate, as its newest. */
    void add(int slot, long certificateId) {
        int peer = find(certificateId);
        if (peer == 0) {
            peer = admit(certificateId);
        }
        holder[slot] = peer;
        append(peer, slot);
        recount(peer, counts[peer] + 1);
    }

    void remove(int slot) {
        int peer = holder[slot];
        detach(peer, slot);
        recount(peer, counts[peer] - 1);
    }

    /** Makes a slot the newest of its peer's. */
    void renew(int slot) {
        int peer = holder[slot];
        detach(peer, slot);
        append(peer, slot);
    }

    boolean isHeldBy(int slot, long certificateId) {
        return certificates[holder[slot]] == certificateId;
    }

    /** The oldest slot of the peer that holds most; 0 when nobody holds any. */
    int oldestOfLargest() {
        return oldest[withCount[most]];
    }

    /** The slot of the same peer that follows in age, or 0. */
    int newerThan(int slot) {
        return newer[slot];
    }

    /** Certificate of the peer that holds most; meaningless when nobody holds any. */
    long largest() {
        return certificates[withCount[most]];
    }

    int countOf(long certificateId) {
        return counts[find(certificateId)];
    }

    private void append(int peer, int slot) {
        int last = newest[peer];
        older[slot] = last;
        newer[slot] = 0;
        if (last == 0) {
            oldest[peer] = slot;
        } else {
            newer[last] = slot;
        }
        newest[peer] = slot;
    }

    private void detach(int peer, int slot) {
        int before = older[slot];
        int after = newer[slot];
        if (before == 0) {
            oldest[peer] = after;
        } else {
            newer[before] = after;
        }
        if (after == 0) {
            newest[peer] = before;
        } else {
            older[after] = before;
        }
    }

    private void recount(int peer, int count) {
        leaveAlike(peer);
        counts[peer] = count;
        if (count == 0) {
            forget(peer);
        } else {
            joinAlike(peer);
        }
        // By one at most: who left the longest share stands just below it.
        if (count > most) {
            most = count;
        } else if (most > 0 && withCount[most] == 0) {
            most--;
        }
    }

    private void joinAlike(int peer) {
        int first = withCount[counts[peer]];
        previousAlike[peer] = 0;
        nextAlike[peer] = first;
        if (first != 0) {
            previousAlike[first] = peer;
        }
        withCount[counts[peer]] = peer;
    }

    private void leaveAlike(int peer) {
        if (counts[peer] == 0) {
            return;
        }
        int before = previousAlike[peer];
        int after = nextAlike[peer];
        if (before == 0) {
            withCount[counts[peer]] = after;
        } else {
            nextAlike[before] = after;
        }
        if (after != 0) {
            previousAlike[after] = before;
        }
    }

    private int bucket(long certificateId) {
        // Fingerprints are as good as random.
        return (int) certificateId & buckets.length - 1;
    }

    private int find(long certificateId) {
        int peer = buckets[bucket(certificateId)];
        while (peer != 0 && certificates[peer] != certificateId) {
            peer = nextInBucket[peer];
        }
        return peer;
    }

    private int admit(long certificateId) {
        int peer = freePeer;
        if (peer == 0) {
            if (usedPeers + 1 == certificates.length) {
                growPeers();
            }
            peer = ++usedPeers;
        } else {
            freePeer = nextInBucket[peer];
        }
        certificates[peer] = certificateId;
        counts[peer] = 0;
        oldest[peer] = 0;
        newest[peer] = 0;
        link(peer);
        return peer;
    }

    private void link(int peer) {
        int bucket = bucket(certificates[peer]);
        nextInBucket[peer] = buckets[bucket];
        buckets[bucket] = peer;
    }

    private void forget(int peer) {
        int bucket = bucket(certificates[peer]);
        int before = 0;
        for (int at = buckets[bucket]; at != peer; at = nextInBucket[at]) {
            before = at;
        }
        if (before == 0) {
            buckets[bucket] = nextInBucket[peer];
        } else {
            nextInBucket[before] = nextInBucket[peer];
        }
        nextInBucket[peer] = freePeer;
        freePeer = peer;
    }

    /** Only called when every peer number is in use. */
    private void growPeers() {
        int peers = usedPeers * 2;
        certificates = Arrays.copyOf(certificates, peers + 1);
        counts = Arrays.copyOf(counts, peers + 1);
        oldest = Arrays.copyOf(oldest, peers + 1);
        newest = Arrays.copyOf(newest, peers + 1);
        nextInBucket = Arrays.copyOf(nextInBucket, peers + 1);
        previousAlike = Arrays.copyOf(previousAlike, peers + 1);
        nextAlike = Arrays.copyOf(nextAlike, peers + 1);
        buckets = new int[peers];
        for (int peer = 1; peer <= usedPeers; peer++) {
            link(peer);
        }
    }
}
