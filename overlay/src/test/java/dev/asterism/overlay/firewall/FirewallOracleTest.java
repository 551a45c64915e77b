package dev.asterism.overlay.firewall;

import static dev.asterism.overlay.firewall.FirewallFixture.cidrs;
import static dev.asterism.overlay.firewall.FirewallFixture.firewall;
import static dev.asterism.overlay.firewall.FirewallFixture.flow;
import static dev.asterism.overlay.firewall.FirewallFixture.laterFragment;
import static dev.asterism.overlay.firewall.FirewallFixture.placed;
import static dev.asterism.overlay.firewall.FirewallFixture.rule;
import static dev.asterism.overlay.firewall.FirewallFixture.section;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.config.FirewallRule;
import dev.asterism.overlay.config.OverlayConfig.FirewallSection;
import dev.asterism.overlay.firewall.FirewallFixture.Rule;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.packet.FlowKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Compiled tables against a reading of spec behaviour.md 4.4 rule by rule, on random rules, peers and flows. */
class FirewallOracleTest {

    private static final String[] LOCALS = {"10.42.0.1", "fd42::1", "192.168.1.7", "fd99::7"};
    private static final String[] REMOTES = {"10.42.0.2", "fd42::2"};

    private final Random random = new Random(4404);

    @Test
    void agreesWithTheOracle() {
        int passed = 0;
        int refused = 0;
        for (int round = 0; round < 4_000; round++) {
            LocalNetworks own =
                    new LocalNetworks(
                            cidrs("10.42.0.1/16", "fd42::1/64"),
                            random.nextBoolean()
                                    ? List.of()
                                    : cidrs("192.168.1.0/24", "fd99::/64"));
            FirewallSection section =
                    section(placed(1, rules()), placed(100, rules()), random.nextInt(4) == 0);
            RulesInForce firewall = firewall(section, own);
            for (int i = 0; i < 50; i++) {
                PeerAttributes attributes = attributes();
                PeerIdentity peer = new PeerIdentity(attributes);
                FlowKey flow = randomFlow(own);
                Direction direction = pick(Direction.INBOUND, Direction.OUTBOUND);

                List<Integer> admitting = admitting(section, own, direction, flow, attributes);
                int expected = admitting.isEmpty() ? -1 : admitting.getFirst();
                boolean admitted = firewall.judge(direction, flow, peer).passed();
                RuleMatch match = firewall.rules().firstMatch(direction, flow, peer);

                Supplier<String> what = () -> section + "\n" + direction + " " + flow.local();
                assertThat(admitted).as(what).isEqualTo(expected >= 0);
                assertThat(match == null ? -1 : match.number()).as(what).isEqualTo(expected);
                assertThat(missed(firewall.rules(), direction, flow, peer))
                        .as(what)
                        .isEqualTo(others(admitting, rulesOf(section, direction).size()));
                passed += admitted ? 1 : 0;
                refused += admitted ? 0 : 1;
            }
        }
        assertThat(Math.min(passed, refused)).as("both verdicts are common").isGreaterThan(20_000);
    }

    /** Numbers of the rules that `why` would name as not admitting the flow, each with a part that fails. */
    private static List<Integer> missed(
            RuleSet rules, Direction direction, FlowKey flow, PeerIdentity peer) {
        List<RuleMisses.Miss> misses = rules.misses(direction, flow, peer);
        assertThat(misses).noneMatch(miss -> miss.failed().isEmpty());
        return misses.stream().map(miss -> miss.rule().number()).sorted().toList();
    }

    private static List<Integer> others(List<Integer> numbers, int count) {
        return IntStream.range(0, count).boxed().filter(n -> !numbers.contains(n)).toList();
    }

    private static List<FirewallRule> rulesOf(FirewallSection section, Direction direction) {
        return direction == Direction.INBOUND ? section.inbound() : section.outbound();
    }

    /** Numbers of the rules that admit the flow, ascending. */
    private static List<Integer> admitting(
            FirewallSection section,
            LocalNetworks own,
            Direction direction,
            FlowKey flow,
            PeerAttributes peer) {
        List<FirewallRule> rules = rulesOf(section, direction);
        List<Integer> admitting = new ArrayList<>();
        for (int number = 0; number < rules.size(); number++) {
            var text = rules.get(number);
            boolean admits =
                    protocolAdmits(text.protocol().toString(), flow.protocol)
                            && portAdmits(
                                    text.protocol().toString(),
                                    text.ports().toString(),
                                    direction,
                                    flow)
                            && (text.caName().isEmpty() && text.caSha().isEmpty()
                                    || text.caName().equals(peer.caName())
                                    || text.caSha().equals(peer.issuer().toString()))
                            && identityAdmits(
                                    text.host(), text.groups(), text.cidr().text(), flow, peer)
                            && localAdmits(
                                    text.localCidr().text(),
                                    section.defaultLocalCidrAny(),
                                    own,
                                    flow);
            if (admits) {
                admitting.add(number);
            }
        }
        return admitting;
    }

    private static boolean protocolAdmits(String proto, int protocol) {
        return switch (proto) {
            case "tcp" -> protocol == 6;
            case "udp" -> protocol == 17;
            case "icmp" -> protocol == 1 || protocol == 58;
            default -> true;
        };
    }

    private static boolean portAdmits(
            String proto, String port, Direction direction, FlowKey flow) {
        if (proto.equals("icmp") || port.equals("any") || port.startsWith("0")) {
            return true;
        }
        if (flow.protocol == 1 || flow.protocol == 58) {
            return false;
        }
        if (flow.fragment || port.equals("fragment")) {
            return flow.fragment && port.equals("fragment");
        }
        int number = direction == Direction.INBOUND ? flow.localPort : flow.remotePort;
        int dash = port.indexOf('-');
        int first = Integer.parseInt(dash < 0 ? port : port.substring(0, dash));
        int last = Integer.parseInt(dash < 0 ? port : port.substring(dash + 1));
        return first <= number && number <= last;
    }

    private static boolean identityAdmits(
            String host, List<String> groups, String cidr, FlowKey flow, PeerAttributes peer) {
        boolean unnamed = host.isEmpty() && groups.isEmpty() && cidr.isEmpty();
        boolean wildcard = host.equals("any") || groups.contains("any") || cidr.equals("any");
        boolean byGroups = !groups.isEmpty() && peer.groups().containsAll(groups);
        return unnamed
                || wildcard
                || byGroups
                || host.equals(peer.name())
                || !cidr.isEmpty() && Cidr.of(cidr).contains(flow.remote());
    }

    private static boolean localAdmits(
            String localCidr, boolean defaultAny, LocalNetworks own, FlowKey flow) {
        if (localCidr.isEmpty()) {
            return own.unsafeNetworks().isEmpty()
                    || defaultAny
                    || own.networks().stream().anyMatch(n -> n.contains(flow.local()));
        }
        return localCidr.equals("any") || Cidr.of(localCidr).contains(flow.local());
    }

    private Rule[] rules() {
        Rule[] rules = new Rule[random.nextInt(6)];
        for (int i = 0; i < rules.length; i++) {
            rules[i] = randomRule();
        }
        return rules;
    }

    private Rule randomRule() {
        Rule rule =
                rule(
                        pick("any", "tcp", "udp", "icmp"),
                        pick("any", "0", "0-5", "fragment", "1", "2", "1-2", "2-65535", "1-1"));
        boolean[] with = new boolean[6];
        with[random.nextInt(6)] = true;
        for (int i = 0; i < 6; i++) {
            with[i] |= random.nextInt(5) == 0;
        }
        rule = with[0] ? rule.host(pick("host1", "host2", "any")) : rule;
        rule = with[1] ? rule.groups(groups()) : rule;
        rule =
                with[2]
                        ? rule.cidr(pick("any", "0.0.0.0/0", "::/0", "10.42.0.2/31", "fd42::/126"))
                        : rule;
        rule =
                with[3]
                        ? rule.localCidr(
                                pick("any", "10.42.0.0/24", "192.168.0.0/16", "::/0", "fd42::/16"))
                        : rule;
        rule = with[4] ? rule.caName(pick("ca one", "ca two")) : rule;
        return with[5] ? rule.caSha(pick("11".repeat(32), "22".repeat(32))) : rule;
    }

    private String[] groups() {
        return random.nextInt(6) == 0
                ? new String[] {"any"}
                : random.nextBoolean()
                        ? new String[] {pick("a", "b", "c")}
                        : new String[] {"a", pick("b", "c")};
    }

    private PeerAttributes attributes() {
        return new PeerAttributes(
                pick("host1", "host2", "host3"),
                cidrs("10.42.0.2/16", "fd42::2/64"),
                List.of(),
                List.of(pick("a", "b"), pick("b", "c")),
                FirewallFixture.fingerprint(pick("11", "22", "33").repeat(32)),
                pick("ca one", "ca two", "ca three"),
                FirewallFixture.fingerprint("0123456789abcdef".repeat(4)));
    }

    private FlowKey randomFlow(LocalNetworks own) {
        int which = random.nextInt(own.hasUnsafeNetworks() ? 4 : 2);
        FlowKey flow =
                flow(
                        LOCALS[which],
                        random.nextInt(4),
                        REMOTES[which % 2],
                        random.nextInt(4),
                        pick(1, 6, 17, 58, 47));
        return random.nextInt(5) == 0 ? laterFragment(flow) : flow;
    }

    @SafeVarargs
    private <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
