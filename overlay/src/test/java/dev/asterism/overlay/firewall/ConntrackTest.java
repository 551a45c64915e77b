package dev.asterism.overlay.firewall;

import static dev.asterism.overlay.firewall.Direction.INBOUND;
import static dev.asterism.overlay.firewall.Direction.OUTBOUND;
import static dev.asterism.overlay.firewall.FirewallFixture.OWN;
import static dev.asterism.overlay.firewall.FirewallFixture.anyHost;
import static dev.asterism.overlay.firewall.FirewallFixture.compiled;
import static dev.asterism.overlay.firewall.FirewallFixture.flow;
import static dev.asterism.overlay.firewall.FirewallFixture.inbound;
import static dev.asterism.overlay.firewall.FirewallFixture.laterFragment;
import static dev.asterism.overlay.firewall.FirewallFixture.peer;
import static dev.asterism.overlay.firewall.FirewallFixture.tcp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.packet.FlowKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConntrackTest {

    private static final long SECOND = 1_000_000_000L;

    /**
     * A7.1, as far as it is visible: time-outs are kept without a timer wheel, to the nanosecond.
     * TCP until its answer is an exception: docs/adr/0016-fair-flow-table.md.
     */
    @ParameterizedTest
    @CsvSource({"6,720,30", "17,180,180", "1,600,600", "47,600,600"})
    void forgetsAFlowAfterTheTimeoutOfItsProtocol(int protocol, long seconds, long unanswered) {
        for (long start : new long[] {0, Long.MAX_VALUE - 5, Long.MIN_VALUE}) {
            RulesInForce firewall = sshOrAnything(1024);
            FlowKey flow = flow("10.42.0.1", 0, "10.42.0.2", 9, protocol);
            assertThat(firewall.check(INBOUND, flow, peer(), start).passed()).isTrue();
            long refreshed = start + unanswered * SECOND - 1;

            assertThat(firewall.check(OUTBOUND, flow, peer(), refreshed).passed()).isTrue();
            assertThat(
                            firewall.check(OUTBOUND, flow, peer(), refreshed + seconds * SECOND - 1)
                                    .passed())
                    .isTrue();
            long idle = refreshed + 2 * seconds * SECOND - 1;
            assertThat(firewall.check(OUTBOUND, flow, peer(), idle))
                    .isEqualTo(Verdict.DROP_NO_RULE);
            assertThat(firewall.firewall.trackedFlows()).isZero();
        }
    }

    @Test
    void findsTheFlowWhosePacketIsYoungest() {
        RulesInForce firewall = sshOrAnything(1024);
        FlowKey ssh = flow("10.42.0.1", 22, "10.42.0.2", 50_000, 6);
        FlowKey other = flow("10.42.0.1", 22, "10.42.0.2", 50_001, 6);
        FlowKey ping = flow("10.42.0.1", 0, "10.42.0.2", 9, 1);
        firewall.check(INBOUND, ssh, peer(), 10 * SECOND);
        firewall.check(INBOUND, ping, peer(), 15 * SECOND);
        firewall.check(INBOUND, other, peer(), 20 * SECOND);
        firewall.check(OUTBOUND, ssh, peer(), 30 * SECOND);

        TrackedFlow found = last(firewall, flow -> flow.protocol == 6);
        TrackedFlow pinged = last(firewall, flow -> flow.protocol == 1);

        assertThat(found.flow()).isEqualTo(ssh);
        assertThat(found.origin()).isEqualTo(INBOUND);
        assertThat(found.seenNanos()).isEqualTo(30 * SECOND);
        assertThat(pinged.flow()).isEqualTo(ping);
        assertThat(pinged.origin()).isEqualTo(INBOUND);
        assertThat(pinged.seenNanos()).isEqualTo(15 * SECOND);
        assertThat(found(firewall, "10.42.0.2", flow -> flow.localPort == 23)).isNull();
        assertThat(found(firewall, "10.42.0.3", _ -> true)).isNull();
    }

    private static TrackedFlow last(RulesInForce firewall, Predicate<FlowKey> wanted) {
        return Objects.requireNonNull(found(firewall, "10.42.0.2", wanted));
    }

    private static @Nullable TrackedFlow found(
            RulesInForce firewall, String remote, Predicate<FlowKey> wanted) {
        return firewall.firewall.lastFlow(
                Ip.of("10.42.0.1"), Ip.of(remote), wanted, firewall.rules());
    }

    @Test
    void keepsFlowsApartThatDifferInOneField() {
        RulesInForce firewall = sshOrAnything(1024);
        FlowKey base = tcp(22, 9);
        assertThat(firewall.check(INBOUND, base, peer(), 0).passed()).isTrue();
        List<FlowKey> others =
                List.of(
                        tcp(23, 9),
                        tcp(22, 10),
                        flow("10.42.0.1", 22, "10.42.0.2", 9, 17),
                        flow("fd42::1", 22, "fd42::2", 9, 6),
                        laterFragment(base));

        for (FlowKey other : others) {
            assertThat(firewall.check(OUTBOUND, other, peer(), 0).passed()).isFalse();
        }
        assertThat(firewall.check(OUTBOUND, base, peer(), 0).passed()).isTrue();
    }

    /** In a table so small that they meet in its buckets. */
    @Test
    void keepsFlowsApartThatShareABucket() {
        Conntrack conntrack = new Conntrack(16, 3);
        for (int i = 0; i < 300; i++) {
            FlowKey base = flow("10.42.0.1", 0, "10.42.0." + i % 250, i, 47);
            put(conntrack, base, 1, 1, 100, 0);
            for (int field = 0; field < 8; field++) {
                FlowKey other = base.copy();
                switch (field) {
                    case 0 -> other.localHi++;
                    case 1 -> other.localLo++;
                    case 2 -> other.remoteHi++;
                    case 3 -> other.remoteLo++;
                    case 4 -> other.localPort++;
                    case 5 -> other.remotePort++;
                    case 6 -> other.protocol++;
                    default -> other.fragment = true;
                }
                assertThat(find(conntrack, other, 1, 1, 100, 0))
                        .isEqualTo(Conntrack.Tracked.ABSENT);
            }
            assertThat(find(conntrack, base, 1, 1, 100, 0)).isEqualTo(Conntrack.Tracked.CURRENT);
            conntrack.remove(base, conntrack.hash(base));
        }
    }

    @Test
    void dropsExpiredFlowsBeforeItGrows() {
        RulesInForce firewall = sshOrAnything(65_536);
        for (int i = 0; i < 10_000; i++) {
            firewall.check(INBOUND, tcp(22, i), peer(), 0);
        }
        for (int i = 0; i < 10_000; i++) {
            firewall.check(INBOUND, tcp(23, i), peer(), Duration.ofMinutes(13).toNanos());
        }

        assertThat(firewall.firewall.trackedFlows()).isBetween(10_000, 19_500);
    }

    @Test
    void makesRoomOfExpiredFlowsBeforeLiveOnes() {
        RulesInForce firewall = sshOrAnything(100);
        for (int i = 0; i < 100; i++) {
            firewall.check(INBOUND, tcp(22, i), peer(), i);
            firewall.check(OUTBOUND, tcp(22, i), peer(), i);
        }
        long firstHalfExpired = Duration.ofMinutes(12).toNanos() + 49;

        for (int i = 100; i < 120; i++) {
            assertThat(firewall.check(INBOUND, tcp(22, i), peer(), firstHalfExpired).passed())
                    .isTrue();
        }

        assertThat(firewall.firewall.evictedFlows()).isZero();
        for (int i = 50; i < 100; i++) {
            assertThat(firewall.check(OUTBOUND, tcp(22, i), peer(), firstHalfExpired).passed())
                    .isTrue();
        }
    }

    @Test
    void purgesWhatExpired() {
        RulesInForce firewall = sshOrAnything(65_536);
        for (int i = 0; i < 10_000; i++) {
            firewall.check(INBOUND, tcp(22, i), peer(), 0);
        }
        assertThat(firewall.firewall.trackedFlows()).isEqualTo(10_000);

        assertThat(firewall.firewall.purge(30 * SECOND - 1)).isZero();
        assertThat(firewall.firewall.purge(30 * SECOND)).isEqualTo(10_000);
        assertThat(firewall.firewall.trackedFlows()).isZero();
    }

    @Test
    void holdsItsWholeDefaultCapacityButForUnevenStripes() {
        Conntrack conntrack = new Conntrack(Conntrack.DEFAULT_MAX_ENTRIES, 99);
        FlowKey flow = tcp(22, 0);
        for (int i = 0; i < Conntrack.DEFAULT_MAX_ENTRIES; i++) {
            flow.remotePort = i;
            put(conntrack, flow, 1, 1, 1000, 0);
        }

        assertThat(conntrack.size()).isGreaterThan(64_000);
        assertThat(conntrack.size() + conntrack.evicted()).isEqualTo(Conntrack.DEFAULT_MAX_ENTRIES);
    }

    @Test
    void behavesAsAMapDoes() {
        Random random = new Random(43);
        Conntrack conntrack = new Conntrack(400, 7);
        Map<FlowKey, Long> model = new LinkedHashMap<>();
        for (long now = 0; now < 100_000; now++) {
            FlowKey flow = tcp(random.nextInt(20), random.nextInt(20));
            long instant = now;
            model.values().removeIf(expiry -> expiry <= instant);
            switch (random.nextInt(3)) {
                case 0 -> {
                    put(conntrack, flow, 1, 5, 900, now);
                    model.put(flow, now + 900);
                }
                case 1 -> {
                    conntrack.remove(flow, conntrack.hash(flow));
                    model.remove(flow);
                }
                default -> {
                    Conntrack.Tracked found = find(conntrack, flow, 1, 5, 900, now);
                    assertThat(found == Conntrack.Tracked.CURRENT)
                            .isEqualTo(model.containsKey(flow));
                    model.computeIfPresent(flow, (_, _) -> instant + 900);
                }
            }
        }
        conntrack.purge(100_000);
        model.values().removeIf(expiry -> expiry <= 100_000);
        assertThat(conntrack.size()).isEqualTo(model.size()).isPositive();
    }

    @Test
    void letsALaterJudgementStandAgainstALaneWithOlderRules() {
        Conntrack conntrack = new Conntrack(16, 7);
        FlowKey flow = tcp(1, 2);
        put(conntrack, flow, 9, 5, 100, 0);

        assertThat(find(conntrack, flow, 8, 5, 100, 1)).isEqualTo(Conntrack.Tracked.CURRENT);
        assertThat(find(conntrack, flow, 10, 5, 100, 1)).isEqualTo(Conntrack.Tracked.STALE_INBOUND);
        assertThat(find(conntrack, flow, 9, 6, 100, 1)).isEqualTo(Conntrack.Tracked.STALE_INBOUND);
    }

    @Test
    void refusesABoundOfNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Conntrack(0, 1));
    }

    @Test
    void staysWholeUnderConcurrentLanesAndReloads()
            throws InterruptedException, ExecutionException {
        RulesInForce firewall = sshOrAnything(4096);
        RuleSet open = compiled(inbound(anyHost("any", "any")), OWN);
        try (ExecutorService lanes = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> refusals = new ArrayList<>();
            for (int lane = 0; lane < 4; lane++) {
                long seed = lane;
                refusals.add(lanes.submit(() -> refusedOf(firewall, seed)));
            }
            for (int i = 0; i < 200; i++) {
                firewall.install(open);
            }
            for (Future<Integer> refused : refusals) {
                assertThat(refused.get()).isZero();
            }
        }
        assertThat(firewall.firewall.trackedFlows()).isLessThanOrEqualTo(2000).isPositive();
        assertThat(firewall.firewall.purge(Duration.ofDays(1).toNanos())).isPositive();
        assertThat(firewall.firewall.trackedFlows()).isZero();
    }

    private static void put(
            Conntrack conntrack, FlowKey flow, long version, long peer, long timeout, long now) {
        conntrack.put(flow, conntrack.hash(flow), INBOUND, INBOUND, version, peer, timeout, now);
    }

    private static Conntrack.Tracked find(
            Conntrack conntrack, FlowKey flow, long version, long peer, long timeout, long now) {
        return conntrack.find(flow, conntrack.hash(flow), INBOUND, version, peer, timeout, now);
    }

    private static int refusedOf(RulesInForce firewall, long seed) {
        Random random = new Random(seed);
        PeerIdentity peer = peer();
        FlowKey flow = tcp(22, 0);
        int refused = 0;
        for (int i = 0; i < 100_000; i++) {
            flow.remotePort = random.nextInt(2000);
            refused += firewall.check(INBOUND, flow, peer, i).passed() ? 0 : 1;
            refused += firewall.check(OUTBOUND, flow, peer, i).passed() ? 0 : 1;
        }
        return refused;
    }

    private static RulesInForce sshOrAnything(int maxEntries) {
        return new RulesInForce(
                compiled(inbound(anyHost("any", "any")), OWN), new Conntrack(maxEntries, 1));
    }
}
