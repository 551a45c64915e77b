package dev.asterism.l7.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.balance.BalancePolicy;
import dev.asterism.l7.balance.PathFacts;
import dev.asterism.l7.breaker.BreakerPolicy;
import dev.asterism.l7.breaker.Ejections;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Members whose own nodes say that they are not well. */
class UnwellMembersTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Pool pool =
            new Pool(
                    "shop",
                    new PoolPolicy(
                            BalancePolicy.parse("round", "").withSlowStart(Duration.ofSeconds(30)),
                            BreakerPolicy.STANDARD),
                    (address, protocol) -> {
                        throw new AssertionError("nothing is sent");
                    },
                    new SplittableRandom(3)::nextLong,
                    (pool, member, nanos) -> {},
                    new Ejections());

    /** By their last letters: upper case is well. */
    private void members(String each, long nowNanos) {
        List<EndpointSet.Entry> entries = new ArrayList<>();
        for (int i = 0; i < each.length(); i++) {
            char c = each.charAt(i);
            entries.add(
                    new EndpointSet.Entry(
                            String.valueOf(Character.toLowerCase(c)),
                            new InetSocketAddress("10.0.0." + Character.toLowerCase(c) % 32, 80),
                            1,
                            Long.MAX_VALUE,
                            Character.isUpperCase(c),
                            PathFacts.NONE));
        }
        pool.endpoints(new EndpointSet(entries), nowNanos);
    }

    private Map<String, Integer> picks(int count, long nowNanos) {
        Map<String, Integer> picks = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            Member member = pool.pick(nowNanos, 0, new Tried());
            picks.merge(member == null ? "none" : member.name(), 1, Integer::sum);
        }
        return picks;
    }

    @Test
    void oneThatIsNotWellGetsNothing() {
        members("AbC", 0);

        assertThat(picks(100, 0)).isEqualTo(Map.of("a", 50, "c", 50));
    }

    @Test
    void allAreUsedWhenFewerThanHalfAreWell() {
        members("Abc", 0);
        assertThat(picks(99, 0)).isEqualTo(Map.of("a", 33, "b", 33, "c", 33));

        members("abc", 0);
        assertThat(picks(99, 0)).isEqualTo(Map.of("a", 33, "b", 33, "c", 33));
    }

    /** A split then goes to another pool. */
    @Test
    void aPoolOfWhichNobodyIsWellIsDown() {
        members("ab", 0);
        assertThat(pool.isDown(1)).isTrue();
        members("aB", 0);
        assertThat(pool.isDown(1)).isFalse();
    }

    @Test
    void oneThatIsWellAgainComesToItsShareSlowly() {
        members("AbC", 0);
        members("ABC", 100 * SECOND);
        assertThat(picks(210, 100 * SECOND).get("b")).isBetween(9, 11);
        assertThat(picks(300, 130 * SECOND).get("b")).isBetween(99, 101);
    }

    @Test
    void allHaveTheirShareWhileThePoolItselfIsNew() {
        members("A", 0);
        members("AB", SECOND);

        assertThat(picks(100, SECOND)).isEqualTo(Map.of("a", 50, "b", 50));
    }
}
