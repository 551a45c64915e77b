package dev.asterism.l7.balance;

import java.util.List;
import java.util.function.LongSupplier;

/**
 * The better of two that are drawn at random: by latency times requests under way, or by those alone. By latency 1 in
 * 32 is taken as it is drawn, so that an endpoint that always loses shows when it has become better. Source:
 * Mitzenmacher, "The power of two choices"; Finagle.
 */
final class TwoChoices implements Balancer {

    /** After so many draws the next free endpoint in the list is taken, as Istio does. */
    private static final int MOST_DRAWS = 5;

    /** What is left of 64 bits is 5: in 1 of 32. */
    private static final int UNSEEN_BITS = 59;

    private final LongSupplier random;
    private final boolean byLatency;
    private List<Load> loads = List.of();

    TwoChoices(LongSupplier random, boolean byLatency) {
        this.random = random;
        this.byLatency = byLatency;
    }

    @Override
    public void endpoints(List<Load> all) {
        loads = all;
    }

    @Override
    public int pick(long nowNanos, long key, Excluded excluded) {
        int first = draw(NONE, excluded);
        if (first == NONE) {
            return NONE;
        }
        if (byLatency && random.getAsLong() >>> UNSEEN_BITS == 0) {
            return first;
        }
        int second = draw(first, excluded);
        if (second == NONE) {
            return first;
        }
        return better(loads.get(second), loads.get(first), nowNanos) ? second : first;
    }

    private boolean better(Load one, Load other, long nowNanos) {
        return byLatency ? one.cost(nowNanos) < other.cost(nowNanos) : one.room() > other.room();
    }

    private int draw(int not, Excluded excluded) {
        int size = loads.size();
        if (size == 0) {
            return NONE;
        }
        int at = 0;
        for (int i = 0; i < MOST_DRAWS; i++) {
            at = (int) Math.unsignedMultiplyHigh(random.getAsLong(), size);
            if (isFree(at, not, excluded)) {
                return at;
            }
        }
        for (int i = 0; i < size; i++) {
            at = at + 1 == size ? 0 : at + 1;
            if (isFree(at, not, excluded)) {
                return at;
            }
        }
        return NONE;
    }

    private boolean isFree(int at, int not, Excluded excluded) {
        return at != not && loads.get(at).isEligible() && !excluded.has(at);
    }
}
