package dev.asterism.overlay.firewall;

import static dev.asterism.overlay.firewall.FirewallFixture.flow;
import static dev.asterism.overlay.firewall.FirewallFixture.laterFragment;
import static dev.asterism.overlay.firewall.FirewallFixture.placed;
import static dev.asterism.overlay.firewall.FirewallFixture.rule;
import static dev.asterism.overlay.firewall.FirewallFixture.section;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.config.OverlayConfig.FirewallSection;
import dev.asterism.overlay.firewall.FirewallFixture.Rule;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.packet.FlowKey;
import dev.asterism.sim.FuzzSeed;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * A mesh of IPv4, and the same with every address a.b.c.d replaced by fd42::a.b.c.d and every
 * prefix made 96 bits longer: the same packets in the same order get the same verdicts, by
 * addresses, rules and tracked flows.
 */
class BothFamiliesFirewallTest {

    private static final String[] LOCALS = {"10.42.0.1", "10.43.0.1", "192.168.1.7", "172.16.0.9"};
    private static final String[] REMOTES = {
        "10.42.0.2", "10.43.0.2", "10.99.0.2", "10.42.0.77", "192.168.9.9", "8.8.8.8"
    };
    private static final String[] CIDRS = {
        "", "any", "0.0.0.0/0", "10.42.0.0/16", "10.42.0.2/32", "192.168.9.0/24", "8.0.0.0/7"
    };

    private final long seed = FuzzSeed.of(42_042);
    private final Random random = new Random(seed);

    @Test
    void judgeAlike() {
        Map<Verdict, Integer> seen = new EnumMap<>(Verdict.class);
        for (int round = 0; round < 400; round++) {
            long state = random.nextLong();
            RulesInForce four = firewall(new Random(state), text -> text);
            RulesInForce six = firewall(new Random(state), BothFamiliesFirewallTest::translated);
            boolean routing = random.nextBoolean();
            PeerIdentity peer4 = peer(routing, text -> text);
            PeerIdentity peer6 = peer(routing, BothFamiliesFirewallTest::translated);
            for (int i = 0; i < 100; i++) {
                Direction direction = random.nextBoolean() ? Direction.INBOUND : Direction.OUTBOUND;
                FlowKey flow4 = randomFlow();
                FlowKey flow6 = translated(flow4);
                long now = i * 1_000_000L;

                Verdict expected = four.check(direction, flow4, peer4, now);

                assertThat(six.check(direction, flow6, peer6, now))
                        .as("seed %d round %d: %s %s", seed, round, direction, flow4.remote())
                        .isEqualTo(expected);
                seen.merge(expected, 1, Integer::sum);
            }
            assertThat(six.firewall.trackedFlows()).isEqualTo(four.firewall.trackedFlows());
        }
        assertThat(seen.keySet())
                .as("every kind of verdict is met")
                .contains(
                        Verdict.PASS,
                        Verdict.DROP_NO_RULE,
                        Verdict.DROP_REMOTE_ADDRESS,
                        Verdict.DROP_REMOTE_OUTSIDE_OUR_NETWORKS,
                        Verdict.DROP_REMOTE_SPOOFED);
    }

    private static RulesInForce firewall(Random random, UnaryOperator<String> family) {
        List<Cidr> unsafe =
                random.nextBoolean() ? List.of() : cidrs(family, "192.168.1.0/24", "172.16.0.0/12");
        LocalNetworks own =
                new LocalNetworks(cidrs(family, "10.42.0.1/16", "10.43.0.1/16"), unsafe);
        FirewallSection section =
                section(
                        placed(1, rules(random, family)),
                        placed(100, rules(random, family)),
                        random.nextInt(4) == 0);
        return FirewallFixture.firewall(section, own);
    }

    private static PeerIdentity peer(boolean routing, UnaryOperator<String> family) {
        return new PeerIdentity(
                FirewallFixture.withNetworks(
                        FirewallFixture.attributes("a", "b"),
                        cidrs(family, "10.42.0.2/16", "10.99.0.2/16", "10.43.0.2/16"),
                        routing ? cidrs(family, "0.0.0.0/0") : cidrs(family, "192.168.9.0/24")));
    }

    private static List<Cidr> cidrs(UnaryOperator<String> family, String... texts) {
        return List.of(texts).stream().map(family).map(Cidr::of).toList();
    }

    private static Rule[] rules(Random random, UnaryOperator<String> family) {
        Rule[] rules = new Rule[random.nextInt(6)];
        for (int i = 0; i < rules.length; i++) {
            String[] protocols = {"any", "tcp", "udp", "icmp"};
            String[] ports = {"any", "fragment", "1", "2", "1-2"};
            Rule rule =
                    rule(
                            protocols[random.nextInt(protocols.length)],
                            ports[random.nextInt(ports.length)]);
            String cidr = CIDRS[random.nextInt(CIDRS.length)];
            String local = CIDRS[random.nextInt(CIDRS.length)];
            rule = cidr.isEmpty() ? rule.host("any") : rule.cidr(prefix(cidr, family));
            rules[i] = local.isEmpty() ? rule : rule.localCidr(prefix(local, family));
        }
        return rules;
    }

    private static String prefix(String text, UnaryOperator<String> family) {
        return text.equals("any") ? text : family.apply(text);
    }

    private FlowKey randomFlow() {
        int[] protocols = {1, 6, 17};
        FlowKey flow =
                flow(
                        LOCALS[random.nextInt(LOCALS.length)],
                        random.nextInt(3),
                        REMOTES[random.nextInt(REMOTES.length)],
                        random.nextInt(3),
                        protocols[random.nextInt(protocols.length)]);
        return random.nextInt(6) == 0 ? laterFragment(flow) : flow;
    }

    /** Any IPv4 becomes any IPv6; a longer prefix keeps what it says. */
    private static String translated(String text) {
        Cidr cidr = Cidr.of(text);
        return cidr.bits() == 0 ? "::/0" : translated(cidr.address()) + "/" + (cidr.bits() + 96);
    }

    private static Ip translated(Ip ipv4) {
        return new Ip(0xFD42_0000_0000_0000L, ipv4.lo() & 0xFFFF_FFFFL);
    }

    private static FlowKey translated(FlowKey flow) {
        Ip local = translated(flow.local());
        Ip remote = translated(flow.remote());
        FlowKey other = flow.copy();
        other.localHi = local.hi();
        other.localLo = local.lo();
        other.remoteHi = remote.hi();
        other.remoteLo = remote.lo();
        other.protocol = flow.protocol == 1 ? 58 : flow.protocol;
        return other;
    }
}
