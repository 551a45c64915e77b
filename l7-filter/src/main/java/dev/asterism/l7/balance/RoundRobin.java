package dev.asterism.l7.balance;

import java.util.List;

/**
 * In turn by weight, spread evenly: each turn every endpoint gains its weight; the one with most is picked and
 * loses the sum of all weights. Source: nginx's smooth weighted round robin.
 */
final class RoundRobin implements Balancer {

    private List<Load> loads = List.of();

    @Override
    public void endpoints(List<Load> all) {
        loads = all;
    }

    @Override
    public int pick(long nowNanos, long key, Excluded excluded) {
        int best = NONE;
        int total = 0;
        for (int i = 0; i < loads.size(); i++) {
            Load load = loads.get(i);
            if (!load.isEligible() || excluded.has(i)) {
                continue;
            }
            int turns = load.turns(nowNanos);
            load.turn(load.turn() + turns);
            total += turns;
            if (best == NONE || load.turn() > loads.get(best).turn()) {
                best = i;
            }
        }
        if (best != NONE) {
            Load load = loads.get(best);
            load.turn(load.turn() - total);
        }
        return best;
    }
}
