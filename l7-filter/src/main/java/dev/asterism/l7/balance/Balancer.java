package dev.asterism.l7.balance;

import java.util.List;
import java.util.function.LongSupplier;

/**
 * Picks the endpoint for a request among those that are eligible. Allocates nothing while all
 * paths are alike. Belongs to one loop's thread.
 */
public interface Balancer {

    /**
     * The endpoints that may not be picked although they are eligible, because the request has been sent to them. Asked
     * only about candidates.
     */
    @FunctionalInterface
    interface Excluded {

        /** No endpoint is excluded. */
        Excluded NOBODY = index -> false;

        boolean has(int index);
    }

    /** No endpoint can be picked. */
    int NONE = -1;

    /** The endpoints are these from now on; each keeps its place until the next call. */
    void endpoints(List<Load> loads);

    /**
     * Returns the place of the one picked, or {@link #NONE}.
     *
     * @param key of the request, which only rings look at
     */
    int pick(long nowNanos, long key, Excluded excluded);

    /** @param random evenly distributed over all longs, at each call */
    static Balancer of(BalancePolicy policy, LongSupplier random) {
        return switch (policy.kind()) {
            case EWMA -> new TwoChoices(random, true);
            case LEAST -> new TwoChoices(random, false);
            case ROUND -> new RoundRobin();
            case HASH_HEADER, HASH_PEER -> new HashRing();
        };
    }
}
