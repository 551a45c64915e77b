package dev.asterism.l7.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Distributions of picks. */
class BalancerTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private static Balancer balancer(String policy, long seed, List<Load> loads) {
        Balancer balancer =
                Balancer.of(BalancePolicy.parse(policy, ""), new SplittableRandom(seed)::nextLong);
        balancer.endpoints(loads);
        return balancer;
    }

    private static List<Load> loads(int... weights) {
        List<Load> loads = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            loads.add(new Load(KeyHash.of("10.0.0." + i + ":80"), weights[i], 0));
        }
        return loads;
    }

    private static int pick(Balancer balancer, long key) {
        return balancer.pick(0, key, Balancer.Excluded.NOBODY);
    }

    /** Of two drawn the better is taken: by rank r of n, (2(n - r) + 1) / n² of all picks. */
    @Test
    void twoChoicesDistribution() {
        int n = 8;
        List<Load> loads = loads(1, 1, 1, 1, 1, 1, 1, 1);
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < i; k++) {
                loads.get(i).begin();
            }
        }
        Balancer balancer = balancer("least", 11, loads);
        int[] picked = new int[n];
        int all = 80_000;
        for (int i = 0; i < all; i++) {
            picked[pick(balancer, 0)]++;
        }
        for (int rank = 0; rank < n; rank++) {
            // The two are different ones: 2(n - 1 - r) / n(n - 1).
            double expected = 2.0 * (n - 1 - rank) / (n * (n - 1));
            assertThat((double) picked[rank] / all).isCloseTo(expected, within(0.01));
        }
    }

    @Test
    void roundRobinIsSmoothByWeight() {
        Balancer balancer = balancer("round", 1, loads(5, 1, 1));

        List<Integer> turns = IntStream.range(0, 7).mapToObj(i -> pick(balancer, 0)).toList();

        // The example of nginx's change that brought it: a a b a c a a.
        assertThat(turns).containsExactly(0, 0, 1, 0, 2, 0, 0);
    }

    @Test
    void roundRobinIsExactOverEachRound() {
        int[] weights = {7, 3, 1, 1, 12};
        Balancer balancer = balancer("round", 1, loads(weights));
        int round = IntStream.of(weights).sum();
        int[] picked = new int[weights.length];
        for (int turn = 1; turn <= 50 * round; turn++) {
            picked[pick(balancer, 0)]++;
            for (int i = 0; i < weights.length; i++) {
                // Smooth: at no time more than one turn from its share.
                double due = (double) turn * weights[i] / round;
                assertThat(Math.abs(picked[i] - due)).as("turn %d", turn).isLessThanOrEqualTo(1);
                if (turn % round == 0) {
                    assertThat(picked[i]).isEqualTo(turn / round * weights[i]);
                }
            }
        }
    }

    @Test
    void theRingHasEnoughPointsAndSpreadsKeysEvenly() {
        List<Load> loads = loads(1, 1, 1, 1, 1);
        HashRing ring = new HashRing();
        ring.endpoints(loads);
        int[] picked = new int[5];
        for (int key = 0; key < 50_000; key++) {
            picked[pick(ring, KeyHash.of("user-" + key))]++;
        }

        assertThat(ring.points()).isGreaterThanOrEqualTo(1024);
        for (int count : picked) {
            assertThat(count / 50_000.0).isCloseTo(0.2, within(0.03));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 10, 50})
    void ringMovesAtMostItsShareOfTheKeys(int n) {
        List<Load> before = loads(IntStream.generate(() -> 1).limit(n).toArray());
        List<Load> after = loads(IntStream.generate(() -> 1).limit(n + 1).toArray());
        HashRing old = new HashRing();
        old.endpoints(before);
        HashRing ring = new HashRing();
        ring.endpoints(after);
        int moved = 0;
        int keys = 20_000;
        for (int key = 0; key < keys; key++) {
            long hash = KeyHash.of("user-" + key);
            int was = pick(old, hash);
            int is = pick(ring, hash);
            if (was != is) {
                moved++;
                assertThat(is).as("keys move only to the one that came").isEqualTo(n);
            }
        }
        assertThat((double) moved / keys).isLessThanOrEqualTo(1.0 / n + 0.05);
    }

    @Test
    void theRingSkipsWhoeverMayNotBePicked() {
        List<Load> loads = loads(1, 1, 1);
        HashRing ring = new HashRing();
        ring.endpoints(loads);
        long key = KeyHash.of("user");
        int first = pick(ring, key);
        loads.get(first).eligible(false);

        assertThat(pick(ring, key)).isNotEqualTo(first).isNotNegative();
        loads.forEach(load -> load.eligible(false));
        assertThat(pick(ring, key)).isEqualTo(Balancer.NONE);
    }

    @Test
    void latencyRisesAtOnceAndFallsSlowly() {
        Load load = new Load(1, 1, 0);
        for (int i = 0; i < 4; i++) {
            load.sample(100 * MILLI, 0);
            assertThat(load.cost(0)).as("it warms up").isEqualTo((double) Load.FIRST_NANOS);
        }
        load.sample(100 * MILLI, 0);
        assertThat(load.cost(0)).isEqualTo(100.0 * MILLI);

        load.sample(MILLI, Load.DECAY_NANOS);

        assertThat(load.cost(Load.DECAY_NANOS))
                .isCloseTo(100.0 * MILLI / Math.E + MILLI * (1 - 1 / Math.E), within(MILLI / 10.0));
    }

    @Test
    void aFailureCountsAtOnceAndIsForgottenWithTheRest() {
        Load load = new Load(1, 1, 0);
        load.failed(Load.FAILURE_NANOS, 0);
        assertThat(load.cost(0)).isEqualTo((double) Load.FAILURE_NANOS);
        load.failed(MILLI, 0);
        assertThat(load.cost(0)).isEqualTo((double) Load.FAILURE_NANOS);

        load.restart(MILLI, 0);

        assertThat(load.cost(0)).isEqualTo((double) MILLI);
    }

    @Test
    void prefersAnotherThanTheOneTried() {
        Balancer balancer = balancer("ewma", 5, loads(1, 1, 1, 1));
        for (int i = 0; i < 200; i++) {
            assertThat(balancer.pick(0, 0, index -> index != 2)).isEqualTo(2);
        }
        assertThat(balancer.pick(0, 0, index -> true)).isEqualTo(Balancer.NONE);
    }

    private static int[] picks(Balancer balancer, int loads, int count, long nowNanos) {
        int[] picked = new int[loads];
        for (int i = 0; i < count; i++) {
            picked[balancer.pick(nowNanos, 0, Balancer.Excluded.NOBODY)]++;
        }
        return picked;
    }

    @ParameterizedTest
    @ValueSource(strings = {"ewma", "least"})
    void prefersDirectPathsAndSpillsOverWhenTheyAreBusy(String policy) {
        List<Load> loads = loads(1, 1, 1, 1);
        for (int i = 1; i < 4; i++) {
            loads.get(i).path(PathFacts.of(20 * MILLI, true, 0));
        }
        Balancer balancer = balancer(policy, 3, loads);
        assertThat(picks(balancer, 4, 1_000, 0)).containsExactly(1_000, 0, 0, 0);

        for (int i = 0; i < 2; i++) {
            loads.getFirst().begin();
        }
        assertThat(picks(balancer, 4, 1_000, 0)[0]).as("its share").isEqualTo(1_000);
        for (int i = 0; i < 10; i++) {
            loads.getFirst().begin();
        }
        assertThat(picks(balancer, 4, 1_000, 0)[0]).as("more than its share").isZero();
    }

    @Test
    void takesALossyPathForAFarOne() {
        List<Load> loads = loads(1, 1);
        loads.get(1).path(PathFacts.of(MILLI, false, 0.07));

        assertThat(picks(balancer("ewma", 3, loads), 2, 1_000, 0)).containsExactly(1_000, 0);
        assertThat(picks(balancer("round", 3, loads), 2, 1_000, 0)).containsExactly(500, 500);
    }

    /** An endpoint that nobody has asked for long is no nearer than the tunnel says. */
    @Test
    void anUnusedEndpointCostsAtLeastItsRoundTrip() {
        List<Load> loads = loads(1, 1);
        loads.get(0).path(PathFacts.of(MILLI, false, 0));
        loads.get(1).path(PathFacts.of(300 * MILLI, false, 0));
        long later = 10 * Load.DECAY_NANOS;

        int[] picked = picks(balancer("ewma", 5, loads), 2, 10_000, later);
        assertThat(picked[1]).isBetween(50, 400); // one in 32 is taken as it is drawn
    }

    @Test
    void aNewEndpointComesToItsShareSlowly() {
        long window = TimeUnit.SECONDS.toNanos(30);
        List<Load> loads = loads(1, 1);
        loads.get(1).rampUp(0, window);
        Balancer balancer = balancer("round", 1, loads);

        assertThat(picks(balancer, 2, 1_100, 0)[1]).isBetween(99, 101);
        assertThat(picks(balancer, 2, 1_500, window / 2)[1]).isBetween(499, 501);
        assertThat(picks(balancer, 2, 1_000, window)[1]).isBetween(499, 501);
    }
}
