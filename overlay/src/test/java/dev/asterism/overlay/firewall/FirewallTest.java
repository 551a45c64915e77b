package dev.asterism.overlay.firewall;

import static dev.asterism.overlay.firewall.Direction.INBOUND;
import static dev.asterism.overlay.firewall.Direction.OUTBOUND;
import static dev.asterism.overlay.firewall.FirewallFixture.CA_SHA;
import static dev.asterism.overlay.firewall.FirewallFixture.OWN;
import static dev.asterism.overlay.firewall.FirewallFixture.anyHost;
import static dev.asterism.overlay.firewall.FirewallFixture.attributes;
import static dev.asterism.overlay.firewall.FirewallFixture.cidrs;
import static dev.asterism.overlay.firewall.FirewallFixture.compiled;
import static dev.asterism.overlay.firewall.FirewallFixture.firewall;
import static dev.asterism.overlay.firewall.FirewallFixture.flow;
import static dev.asterism.overlay.firewall.FirewallFixture.inbound;
import static dev.asterism.overlay.firewall.FirewallFixture.laterFragment;
import static dev.asterism.overlay.firewall.FirewallFixture.outbound;
import static dev.asterism.overlay.firewall.FirewallFixture.peer;
import static dev.asterism.overlay.firewall.FirewallFixture.placed;
import static dev.asterism.overlay.firewall.FirewallFixture.rule;
import static dev.asterism.overlay.firewall.FirewallFixture.section;
import static dev.asterism.overlay.firewall.FirewallFixture.tcp;
import static dev.asterism.overlay.firewall.FirewallFixture.withFingerprint;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.config.SourcePosition;
import dev.asterism.overlay.firewall.FirewallFixture.Rule;
import dev.asterism.overlay.packet.FlowKey;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A7.2 to A7.8, and V08: who may talk to whom. */
class FirewallTest {

    private static final long NOW = 1_000_000_000_000L;

    /** A7.2. */
    @Test
    void consultsOnlyTheProtocolOfTheRule() {
        for (String proto : List.of("any", "tcp", "udp", "icmp")) {
            Rule rule = anyHost(proto, "any");
            assertThat(admits(rule, tcp(22, 1))).isEqualTo(List.of("any", "tcp").contains(proto));
            assertThat(admits(rule, ipv4(17))).isEqualTo(List.of("any", "udp").contains(proto));
            assertThat(admits(rule, ipv4(1))).isEqualTo(List.of("any", "icmp").contains(proto));
            assertThat(admits(rule, ipv6(58))).isEqualTo(List.of("any", "icmp").contains(proto));
            assertThat(admits(rule, ipv4(47))).isEqualTo(proto.equals("any"));
        }
    }

    /** A7.2. */
    @Test
    void takesTheLocalPortInboundAndTheRemotePortOutbound() {
        FlowKey flow = tcp(22, 40_000);

        assertThat(check(firewall(inbound(anyHost("tcp", "22"))), INBOUND, flow)).isTrue();
        assertThat(check(firewall(inbound(anyHost("tcp", "40000"))), INBOUND, flow)).isFalse();
        assertThat(check(firewall(outbound(anyHost("tcp", "40000"))), OUTBOUND, flow)).isTrue();
        assertThat(check(firewall(outbound(anyHost("tcp", "22"))), OUTBOUND, flow)).isFalse();
        assertThat(check(firewall(outbound(anyHost("tcp", "22"))), INBOUND, flow)).isFalse();
    }

    /** A7.2. */
    @Test
    void coversEveryPortOfARangeAndNoOther() {
        RulesInForce overlapping =
                firewall(inbound(anyHost("tcp", "100-200"), anyHost("any", "150-300")));
        for (int port = 0; port <= 65_535; port++) {
            boolean listed = port >= 100 && port <= 300;
            assertThat(overlapping.judge(INBOUND, tcp(port, 1), peer()).passed())
                    .as("port %d", port)
                    .isEqualTo(listed);
        }
        assertThat(admits(anyHost("tcp", "1-65535"), tcp(65_535, 1))).isTrue();
        assertThat(admits(anyHost("tcp", "1-65535"), tcp(0, 1))).isFalse();
    }

    /** A7.2. */
    @Test
    void consultsFragmentAndAnyForLaterFragmentsOnly() {
        FlowKey fragment = laterFragment(tcp(22, 1));

        assertThat(admits(anyHost("tcp", "fragment"), fragment)).isTrue();
        assertThat(admits(anyHost("tcp", "any"), fragment)).isTrue();
        assertThat(admits(anyHost("tcp", "22"), fragment)).isFalse();
        assertThat(admits(anyHost("tcp", "fragment"), tcp(22, 1))).isFalse();
        assertThat(admits(anyHost("any", "fragment"), laterFragment(ipv4(1)))).isFalse();
    }

    /** A7.3. */
    @Test
    void letsRepliesOfAnAdmittedFlowPass() {
        RulesInForce firewall = firewall(inbound(anyHost("tcp", "22")));

        assertThat(check(firewall, OUTBOUND, tcp(22, 40_000))).isFalse();
        assertThat(check(firewall, INBOUND, tcp(22, 40_000))).isTrue();
        assertThat(check(firewall, OUTBOUND, tcp(22, 40_000))).isTrue();
        assertThat(check(firewall, OUTBOUND, tcp(22, 40_001))).isFalse();
        assertThat(firewall.firewall.trackedFlows()).isEqualTo(1);
    }

    @Test
    void aRuleWithAnotherCaHidesNoneThatMatches() {
        RulesInForce firewall =
                firewall(
                        inbound(
                                anyHost("any", "any").caSha("00".repeat(32)),
                                anyHost("any", "any").caName("another ca"),
                                anyHost("tcp", "22").caSha(CA_SHA),
                                anyHost("tcp", "23").caName("test ca")));
        for (String[] pair : new String[][] {{"10.42.0.1", "10.42.0.2"}, {"fd42::1", "fd42::2"}}) {
            assertThat(check(firewall, INBOUND, flow(pair[0], 22, pair[1], 1, 6))).isTrue();
            assertThat(check(firewall, INBOUND, flow(pair[0], 23, pair[1], 1, 6))).isTrue();
            assertThat(check(firewall, INBOUND, flow(pair[0], 24, pair[1], 1, 6))).isFalse();
        }
    }

    @Test
    void eitherCaNameOrCaShaSuffices() {
        Rule rule = anyHost("any", "any");

        assertThat(admits(rule.caName("test ca").caSha("00"), tcp(1, 1))).isTrue();
        assertThat(admits(rule.caName("another").caSha(CA_SHA), tcp(1, 1))).isTrue();
        assertThat(admits(rule.caName("another").caSha("00"), tcp(1, 1))).isFalse();
        assertThat(admits(rule("any", "any").caSha(CA_SHA), tcp(1, 1))).isTrue();
    }

    /** A7.5. */
    @Test
    void asksForEveryListedGroup() {
        RulesInForce firewall = firewall(inbound(rule("any", "any").groups("db", "prod")));

        assertThat(firewall.judge(INBOUND, tcp(1, 1), peer("db"))).isEqualTo(Verdict.DROP_NO_RULE);
        assertThat(firewall.judge(INBOUND, tcp(1, 1), peer("prod", "x", "db")).passed()).isTrue();
    }

    /** A7.6. */
    @Test
    void takesHostGroupsAndCidrOfOneRuleAsAlternatives() {
        Rule rule = rule("any", "any").host("other").groups("db").cidr("10.42.0.2/32");

        assertThat(firewall(inbound(rule)).judge(INBOUND, tcp(1, 1), peer()).passed()).isTrue();
        FlowKey six = ipv6(6);
        assertThat(firewall(inbound(rule)).judge(INBOUND, six, peer("x")).passed()).isFalse();
        assertThat(firewall(inbound(rule)).judge(INBOUND, six, peer("db")).passed()).isTrue();
        assertThat(firewall(inbound(rule.host("host1"))).judge(INBOUND, six, peer()).passed())
                .isTrue();
    }

    /** A7.6. */
    @Test
    void refusesWhatNoRuleAdmits() {
        RulesInForce firewall =
                firewall(
                        inbound(
                                rule("any", "any").host("host2"),
                                rule("any", "any").caSha("00"),
                                rule("any", "any").cidr("10.42.0.3/32")));

        Verdict verdict = firewall.check(INBOUND, tcp(1, 1), peer(), NOW);

        assertThat(verdict.reason()).isEqualTo("no matching rule in firewall table");
        assertThat(firewall(inbound()).judge(INBOUND, tcp(1, 1), peer()).passed()).isFalse();
    }

    @Test
    void keepsAnyNetworkWithinItsFamily() {
        assertThat(admits(rule("any", "any").cidr("0.0.0.0/0"), tcp(1, 1))).isTrue();
        assertThat(admits(rule("any", "any").cidr("0.0.0.0/0"), ipv6(6))).isFalse();
        assertThat(admits(rule("any", "any").cidr("::/0"), ipv6(6))).isTrue();
        assertThat(admits(rule("any", "any").cidr("::/0"), tcp(1, 1))).isFalse();
        assertThat(admits(rule("any", "any").cidr("any"), tcp(1, 1))).isTrue();
        assertThat(admits(anyHost("any", "any").localCidr("::/0"), tcp(1, 1))).isFalse();
        assertThat(admits(anyHost("any", "any").localCidr("10.42.0.0/24"), tcp(1, 1))).isTrue();
    }

    /** A7.7. */
    @Test
    void judgesATrackedFlowAgainByItsFirstDirectionAfterAReload() {
        RulesInForce firewall = firewall(inbound(anyHost("tcp", "22")));
        check(firewall, INBOUND, tcp(22, 1));
        check(firewall, INBOUND, tcp(22, 2));

        firewall.install(compiled(inbound(anyHost("tcp", "20-30")), OWN));
        assertThat(check(firewall, OUTBOUND, tcp(22, 1))).isTrue();

        firewall.install(compiled(inbound(anyHost("tcp", "23")), OWN));
        assertThat(check(firewall, OUTBOUND, tcp(22, 1))).isFalse();
        assertThat(check(firewall, INBOUND, tcp(22, 2))).isFalse();
        assertThat(firewall.firewall.trackedFlows()).isZero();
        assertThat(firewall.rules().version()).isEqualTo(3);
    }

    /** A7.7. */
    @Test
    void doesNotTakeARuleOfTheOtherDirectionForTheFirstOne() {
        RulesInForce firewall = firewall(inbound(anyHost("tcp", "22")));
        check(firewall, INBOUND, tcp(22, 40_000));

        firewall.install(compiled(outbound(anyHost("tcp", "40000")), OWN));

        assertThat(check(firewall, INBOUND, tcp(22, 40_000))).isFalse();
        assertThat(check(firewall, OUTBOUND, tcp(22, 40_000))).isTrue();
        assertThat(check(firewall, INBOUND, tcp(22, 40_000))).isTrue();
    }

    /** A7.7. */
    @Test
    void takesARefusedFlowForAFreshOneOfTheOtherDirection() {
        RulesInForce firewall = firewall(inbound(anyHost("tcp", "22")));
        check(firewall, INBOUND, tcp(22, 40_000));

        firewall.install(compiled(outbound(anyHost("tcp", "40000")), OWN));

        assertThat(check(firewall, OUTBOUND, tcp(22, 40_000))).isTrue();
        firewall.install(compiled(inbound(anyHost("tcp", "22")), OWN));
        assertThat(check(firewall, OUTBOUND, tcp(22, 40_000))).as("it went out first").isFalse();
    }

    /** V08. */
    @Test
    void judgesATrackedFlowAgainWhenThePeersCertificateChanges() {
        RulesInForce firewall = firewall(inbound(rule("tcp", "22").groups("ops")));
        firewall.check(INBOUND, tcp(22, 1), peer("ops"), NOW);
        PeerIdentity demoted =
                new PeerIdentity(withFingerprint(attributes("guests"), "fe".repeat(32)));
        PeerIdentity renewed =
                new PeerIdentity(withFingerprint(attributes("ops"), "fd".repeat(32)));

        assertThat(firewall.check(OUTBOUND, tcp(22, 1), renewed, NOW).passed()).isTrue();
        assertThat(firewall.check(OUTBOUND, tcp(22, 1), demoted, NOW))
                .isEqualTo(Verdict.DROP_NO_RULE);
        assertThat(firewall.firewall.trackedFlows()).isZero();
    }

    /** A7.8. */
    @Test
    void admitsAnyIdentifierOfIcmpButNeverByPort() {
        for (FlowKey ping : List.of(ipv4(1), ipv6(58))) {
            for (int identifier : new int[] {0, 22, 65_535}) {
                ping.remotePort = identifier;
                assertThat(admits(anyHost("icmp", ""), ping)).isTrue();
                assertThat(admits(anyHost("any", "any"), ping)).isTrue();
                assertThat(admits(anyHost("any", "22"), ping)).isFalse();
                assertThat(admits(anyHost("any", "1-65535"), ping)).isFalse();
                RulesInForce out = firewall(outbound(anyHost("any", "22")));
                assertThat(out.judge(OUTBOUND, ping, peer()).passed()).isFalse();
            }
        }
    }

    @Test
    void namesTheFirstRuleThatAdmits() {
        RulesInForce firewall =
                firewall(
                        section(
                                placed(
                                        10,
                                        rule("any", "any").host("host2"),
                                        anyHost("tcp", "22"),
                                        anyHost("any", "any")),
                                List.of()));

        assertThat(firewall.rules().firstMatch(INBOUND, tcp(22, 1), peer()))
                .satisfies(
                        match -> {
                            assertThat(match.label()).isEqualTo("firewall.inbound rule #1");
                            assertThat(match.position())
                                    .isEqualTo(new SourcePosition("config.yml", 11, 5));
                        });
        assertThat(firewall.rules().firstMatch(INBOUND, tcp(23, 1), peer()))
                .extracting(RuleMatch::number)
                .isEqualTo(2);
        assertThat(firewall.rules().firstMatch(OUTBOUND, tcp(22, 1), peer())).isNull();
    }

    @Test
    void readsItsViewOfAPeerFromARealCertificate() {
        TestPki pki = TestPki.seeded(7);
        Subject open = TestPki.subject("web", "10.42.0.2/16");
        var host =
                pki.host(
                        new Subject(
                                "web",
                                open.networks(),
                                cidrs("192.168.5.0/24"),
                                List.of("servers"),
                                open.notBefore(),
                                open.notAfter()));
        PeerIdentity peer = PeerIdentity.of(pki.verified(host.certificate()));
        RulesInForce firewall =
                firewall(
                        inbound(
                                rule("tcp", "1").groups("servers"),
                                rule("tcp", "2").host("web"),
                                rule("tcp", "3").caName("test ca"),
                                rule("tcp", "4").caSha(pki.ca().fingerprint().toString()),
                                rule("tcp", "5").groups("clients")));

        for (int port = 1; port <= 4; port++) {
            assertThat(firewall.judge(INBOUND, tcp(port, 9), peer).passed()).isTrue();
        }
        assertThat(firewall.judge(INBOUND, tcp(5, 9), peer).passed()).isFalse();
        FlowKey routed = flow("10.42.0.1", 1, "192.168.5.77", 9, 6);
        assertThat(firewall.judge(INBOUND, routed, peer).passed()).isTrue();
    }

    private static FlowKey ipv4(int protocol) {
        return flow("10.42.0.1", 0, "10.42.0.2", 0, protocol);
    }

    private static FlowKey ipv6(int protocol) {
        return flow("fd42::1", 0, "fd42::2", 0, protocol);
    }

    private static boolean admits(Rule rule, FlowKey flow) {
        return firewall(inbound(rule)).judge(INBOUND, flow, peer()).passed();
    }

    private static boolean check(RulesInForce firewall, Direction direction, FlowKey flow) {
        return firewall.check(direction, flow, peer(), NOW).passed();
    }
}
