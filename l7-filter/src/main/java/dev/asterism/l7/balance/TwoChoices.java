package dev.asterism.l7.balance;

import java.util.List;
import java.util.function.LongSupplier;

/**
 * The better of two that are drawn at random: by latency times requests under way, or by those alone. By latency 1 in
 * 32 is taken as it is drawn, so that an endpoint that always loses shows when it has become better. Endpoints behind a
 * relay or a lossy path get requests when they would be {@value #SPILL} times as cheap as the others. Source:
 * Mitzenmacher, "The power of two choices"; Finagle.
 */
final class TwoChoices implements Balancer {

    /** After so many draws the next free endpoint in the list is taken, as Istio does. */
    private static final int MOST_DRAWS = 5;

    /** What is left of 64 bits is 5: in 1 of 32. */
    private static final int UNSEEN_BITS = 59;

    /** How much worse a near one may be before a far one is taken. */
    static final int SPILL = 4;

    private final LongSupplier random;
    private final boolean byLatency;
    private List<Load> loads = List.of();

    /** Some are near and some are far. */
    private boolean mixed;

    TwoChoices(LongSupplier random, boolean byLatency) {
        this.random = random;
        this.byLatency = byLatency;
    }

    @Override
    public void endpoints(List<Load> all) {
        loads = all;
        boolean anyFar = all.stream().anyMatch(Load::isFar);
        mixed = anyFar && !all.stream().allMatch(Load::isFar);
    }

    @Override
    public int pick(long nowNanos, long key, Excluded excluded) {
        if (!mixed) {
            return pick(nowNanos, excluded);
        }
        int near = pick(nowNanos, index -> loads.get(index).isFar() || excluded.has(index));
        int far = pick(nowNanos, index -> !loads.get(index).isFar() || excluded.has(index));
        if (near == NONE || far == NONE) {
            return near == NONE ? far : near;
        }
        return spills(loads.get(near), loads.get(far), nowNanos) ? far : near;
    }

    private boolean spills(Load near, Load far, long nowNanos) {
        return byLatency
                ? far.cost(nowNanos) * SPILL < near.cost(nowNanos)
                : far.room(nowNanos) > near.room(nowNanos) * SPILL;
    }

    private int pick(long nowNanos, Excluded excluded) {
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
        return byLatency
                ? one.cost(nowNanos) < other.cost(nowNanos)
                : one.room(nowNanos) > other.room(nowNanos);
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
