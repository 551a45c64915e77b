package dev.asterism.overlay.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlowSharesTest {

    @Test
    void knowsNobodyAtFirst() {
        FlowShares shares = new FlowShares(4);

        assertThat(shares.oldestOfLargest()).isZero();
        assertThat(shares.countOf(17)).isZero();
    }

    @Test
    void agreesWithListsOfSlots() {
        long seed = Long.getLong("test.seed", 5);
        Random random = new Random(seed);
        int slots = 300;
        FlowShares shares = new FlowShares(32);
        int room = 32;
        Map<Long, List<Integer>> model = new LinkedHashMap<>();
        Map<Integer, Long> holders = new LinkedHashMap<>();
        for (int step = 0; step < 50_000; step++) {
            int slot = 1 + random.nextInt(slots);
            if (slot > room) {
                room = Math.max(slot, room + 16);
                shares.grow(room);
            }
            Long holder = holders.get(slot);
            if (holder == null) {
                long peer = random.nextInt(random.nextInt(60) + 1);
                shares.add(slot, peer);
                holders.put(slot, peer);
                held(model, peer).add(slot);
            } else if (random.nextInt(3) == 0) {
                shares.renew(slot);
                held(model, holder).remove(Integer.valueOf(slot));
                held(model, holder).add(slot);
            } else {
                shares.remove(slot);
                holders.remove(slot);
                held(model, holder).remove(Integer.valueOf(slot));
            }
            check(shares, model, "seed %d, step %d".formatted(seed, step));
        }
    }

    private static List<Integer> held(Map<Long, List<Integer>> model, long peer) {
        return model.computeIfAbsent(peer, _ -> new ArrayList<>());
    }

    private static void check(FlowShares shares, Map<Long, List<Integer>> model, String step) {
        int most = model.values().stream().mapToInt(List::size).max().orElse(0);
        if (most == 0) {
            assertThat(shares.oldestOfLargest()).as(step).isZero();
            return;
        }
        long largest = shares.largest();
        List<Integer> held = held(model, largest);
        assertThat(held).as(step).hasSize(most);
        assertThat(shares.countOf(largest)).as(step).isEqualTo(most);
        int slot = shares.oldestOfLargest();
        for (int expected : held) {
            assertThat(slot).as(step).isEqualTo(expected);
            assertThat(shares.isHeldBy(slot, largest)).as(step).isTrue();
            slot = shares.newerThan(slot);
        }
        assertThat(slot).as(step).isZero();
    }
}
