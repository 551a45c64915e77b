package dev.asterism.l7.balance;

import java.util.Arrays;
import java.util.List;

/**
 * Sends the same key to the same endpoint as long as that is there: each has points on a ring by its own hash, a key
 * belongs to the next point. An endpoint's points do not depend on who else is there, so one that comes or goes moves
 * only its own share. Source: Karger et al., consistent hashing; Envoy's ring hash.
 *
 * <p>Shape of the ring: sorted longs, 48 bits of the point's place and 16 of the endpoint's index.
 */
final class HashRing implements Balancer {

    /** For weight 1, so that two endpoints have the least number of points in all, 1024. */
    private static final int POINTS = 512;

    private static final int MOST_ENDPOINTS = 1 << 16;
    private static final long INDEX_MASK = MOST_ENDPOINTS - 1;

    /** Heavier endpoints get more points, up to so many times as many. */
    private static final int MOST_WEIGHT = 16;

    private List<Load> loads = List.of();
    private long[] ring = {};

    /** Of which the ring was made: of each endpoint its hash and how many points it has. */
    private long[] madeOf = {};

    /** What else changes of an endpoint, such as its health, leaves the ring as it is: to sort it takes long. */
    @Override
    public void endpoints(List<Load> all) {
        loads = all;
        int size = Math.min(all.size(), MOST_ENDPOINTS);
        long[] of = new long[2 * size];
        for (int i = 0; i < size; i++) {
            of[2 * i] = all.get(i).hash();
            of[2 * i + 1] = points(all.get(i));
        }
        if (Arrays.equals(of, madeOf)) {
            return;
        }
        madeOf = of;
        int points = 0;
        for (int i = 0; i < size; i++) {
            points += points(all.get(i));
        }
        long[] next = new long[points];
        int at = 0;
        for (int i = 0; i < size; i++) {
            Load load = all.get(i);
            for (int k = 0; k < points(load); k++) {
                next[at++] = KeyHash.mix(load.hash() + k * 0x9e3779b97f4a7c15L) & ~INDEX_MASK | i;
            }
        }
        Arrays.sort(next);
        ring = next;
    }

    private static int points(Load load) {
        return POINTS * Math.min(load.weight(), MOST_WEIGHT);
    }

    int points() {
        return ring.length;
    }

    @Override
    public int pick(long nowNanos, long key, Excluded excluded) {
        int place = Arrays.binarySearch(ring, key & ~INDEX_MASK);
        int start = place < 0 ? -place - 1 : place;
        for (int i = 0; i < ring.length; i++) {
            int at = start + i < ring.length ? start + i : start + i - ring.length;
            int index = (int) (ring[at] & INDEX_MASK);
            if (loads.get(index).isEligible() && !excluded.has(index)) {
                return index;
            }
        }
        return NONE;
    }
}
