package dev.asterism.overlay.firewall;

import static dev.asterism.overlay.firewall.FirewallFixture.OWN;
import static dev.asterism.overlay.firewall.FirewallFixture.anyHost;
import static dev.asterism.overlay.firewall.FirewallFixture.compiled;
import static dev.asterism.overlay.firewall.FirewallFixture.inbound;
import static dev.asterism.overlay.firewall.FirewallFixture.outbound;
import static dev.asterism.overlay.firewall.FirewallFixture.rule;
import static dev.asterism.overlay.firewall.FirewallFixture.section;
import static dev.asterism.overlay.firewall.FirewallFixture.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.config.OverlayConfig.FirewallSection;
import dev.asterism.overlay.config.SourcePosition;
import dev.asterism.overlay.firewall.FirewallFixture.Rule;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A7.12 as far as a rule's strings go, and the rule hash. */
class RuleCompilerTest {

    @Test
    void saysWhatIsWrongWithARuleInTheKnownWords() {
        assertProblem(
                rule("tcp", "1"),
                "at least one of host, group, cidr, local_cidr, ca_name, or ca_sha must be provided");
        assertProblem(anyHost("", "1"), "proto was not understood; ``");
        assertProblem(anyHost("gre", "1"), "proto was not understood; `gre`");
        assertProblem(anyHost("TCP", "1"), "proto was not understood; `TCP`");
        assertProblem(anyHost("tcp", ""), "port was not a number; ``");
        assertProblem(anyHost("any", ""), "port was not a number; ``");
        assertProblem(anyHost("udp", "90-80"), "`start port was lower than end port`");
        assertProblem(anyHost("tcp", "65536"), "port out of range [0,65535]; `65536`");
        assertProblem(
                rule("tcp", "1").cidr("x"), "cidr did not parse; netip.ParsePrefix(\"x\"): no '/'");
        assertProblem(
                anyHost("tcp", "1").localCidr("x"),
                "local_cidr did not parse; netip.ParsePrefix(\"x\"): no '/'");
        assertProblem(
                rule("tcp", "1").cidr("10.0.0.0/33"),
                "cidr did not parse; netip.ParsePrefix(\"10.0.0.0/33\"): prefix length out of range");
        assertProblem(
                rule("tcp", "1").cidr("10.0.0.0/08"),
                "cidr did not parse; netip.ParsePrefix(\"10.0.0.0/08\"): bad bits after slash: \"08\"");
        assertProblem(
                rule("tcp", "1").cidr("ten/8"),
                "cidr did not parse; netip.ParsePrefix(\"ten/8\"): ParseAddr(\"ten\"): unable to parse IP");
    }

    @Test
    void reportsEveryBadRuleWithItsPlace() {
        RuleCompilation result =
                RuleCompiler.compile(
                        section(
                                texts(10, anyHost("tcp", "22"), anyHost("gre", "1")),
                                texts(50, anyHost("tcp", "x"))),
                        OWN);

        assertThat(result)
                .isInstanceOfSatisfying(
                        RuleCompilation.Refused.class,
                        refused ->
                                assertThat(refused.problems())
                                        .containsExactly(
                                                new RuleProblem(
                                                        new SourcePosition("config.yml", 50, 5),
                                                        "firewall.outbound rule #0; port was not a number; `x`"),
                                                new RuleProblem(
                                                        new SourcePosition("config.yml", 11, 5),
                                                        "firewall.inbound rule #1; proto was not understood; `gre`")));
    }

    @Test
    void acceptsEveryFieldThatAloneSuffices() {
        for (Rule rule :
                List.of(
                        rule("tcp", "1").host("h"),
                        rule("tcp", "1").groups("a"),
                        rule("tcp", "1").cidr("any"),
                        rule("tcp", "1").localCidr("10.0.0.0/8"),
                        rule("tcp", "1").caName("ca"),
                        rule("tcp", "1").caSha("00"),
                        anyHost("icmp", ""),
                        anyHost("icmp", "any"),
                        anyHost("tcp", "fragment"),
                        anyHost("tcp", "80 - 90"))) {
            assertThat(warnings(rule)).as("%s", rule).isEmpty();
        }
    }

    @Test
    void warnsOfAPortForIcmp() {
        assertThat(warnings(anyHost("icmp", "1")))
                .containsExactly("ignoring port specification for ICMP firewall rule");
    }

    @Test
    void warnsWhereAnyMakesOtherFieldsMoot() {
        assertThat(warnings(anyHost("tcp", "1").groups("a")))
                .containsExactly(
                        "groups specified as [a], but host=any will match any host, regardless of groups");
        assertThat(warnings(anyHost("tcp", "1").cidr("10.0.0.0/8")))
                .containsExactly(
                        "cidr specified as 10.0.0.0/8, but host=any will match any host, regardless of cidr");
        assertThat(warnings(rule("tcp", "1").groups("any", "b"))).hasSize(1);
        assertThat(warnings(rule("tcp", "1").groups("any").host("h")))
                .containsExactly(
                        "host specified as h, but groups=any will match any host, regardless of host");
        assertThat(warnings(rule("tcp", "1").cidr("any").groups("a", "b")))
                .containsExactly(
                        "groups specified as [a b], but cidr=any will match any host, regardless of groups");
        assertThat(warnings(rule("tcp", "1").groups("any"))).isEmpty();
        assertThat(warnings(rule("tcp", "1").groups("a", "b").host("h").cidr("10.0.0.0/8")))
                .isEmpty();
    }

    @Test
    void namesTableNumberAndPlaceOfAWarning() {
        RuleCompilation result =
                RuleCompiler.compile(inbound(anyHost("tcp", "1"), anyHost("icmp", "8")), OWN);

        assertThat(result.warnings())
                .containsExactly(
                        new RuleWarning(
                                new SourcePosition("config.yml", 11, 5),
                                "firewall.inbound",
                                1,
                                "ignoring port specification for ICMP firewall rule"));
    }

    @Test
    void hashesOneLinePerRuleOutboundFirst() {
        RuleSet rules =
                compiled(
                        section(
                                texts(
                                        10,
                                        rule("icmp", "").groups("g1", "g2").caName("n").caSha("s"),
                                        rule("any", "fragment")
                                                .cidr("10.0.0.0/8")
                                                .localCidr("any")),
                                texts(50, anyHost("tcp", "80-90"))),
                        OWN);

        assertThat(rules.hashText())
                .isEqualTo(
                        """
                        incoming: false, proto: 6, startPort: 80, endPort: 90, groups: [], host: any, ip: , localIp: , caName: , caSha:\s
                        incoming: true, proto: 1, startPort: 0, endPort: 0, groups: [g1 g2], host: , ip: , localIp: , caName: n, caSha: s
                        incoming: true, proto: 0, startPort: -1, endPort: -1, groups: [], host: , ip: 10.0.0.0/8, localIp: any, caName: , caSha:\s
                        """);
        assertThat(rules.size()).isEqualTo(3);
    }

    @Test
    void hashesNothingToTheKnownValues() {
        RuleSet none = compiled(inbound(), OWN);

        assertThat(none.hashes())
                .isEqualTo(
                        "SHA:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855,FNV:2166136261");
    }

    @Test
    void takesUnsignedFnv() {
        RuleSet rules = compiled(outbound(anyHost("any", "any")), OWN);

        assertThat(rules.fnv1a()).isEqualTo(referenceFnv(rules.hashText()));
        assertThat(rules.hashes()).startsWith("SHA:").endsWith(",FNV:" + rules.fnv1a());
    }

    /** A7.15. */
    @Test
    void knowsWhatItWasBuiltFrom() {
        FirewallSection section = inbound(anyHost("tcp", "22"));
        RuleSet rules = compiled(section, OWN);

        assertThat(rules.builtFrom(inbound(anyHost("tcp", "22")), OWN)).isTrue();
        assertThat(rules.builtFrom(inbound(anyHost("tcp", "23")), OWN)).isFalse();
        assertThat(rules.builtFrom(section(section.inbound(), List.of(), true), OWN)).isFalse();
        LocalNetworks routing =
                new LocalNetworks(OWN.networks(), FirewallFixture.cidrs("192.168.0.0/24"));
        assertThat(rules.builtFrom(section, routing)).isFalse();
        assertThat(
                        compiled(section, routing)
                                .builtFrom(
                                        section,
                                        new LocalNetworks(
                                                OWN.networks(),
                                                FirewallFixture.cidrs("192.168.0.0/24"))))
                .isTrue();
    }

    private static long referenceFnv(String text) {
        long hash = 2_166_136_261L;
        for (byte b : text.getBytes(StandardCharsets.US_ASCII)) {
            hash = (hash ^ b) * 16_777_619L % (1L << 32);
        }
        return hash;
    }

    private static void assertProblem(Rule rule, String message) {
        assertThat(RuleCompiler.compile(inbound(rule), OWN))
                .isInstanceOfSatisfying(
                        RuleCompilation.Refused.class,
                        refused ->
                                assertThat(refused.problems())
                                        .extracting(RuleProblem::message)
                                        .containsExactly("firewall.inbound rule #0; " + message));
    }

    private static List<String> warnings(Rule rule) {
        RuleCompilation result = RuleCompiler.compile(inbound(rule), OWN);
        assertThat(result).isInstanceOf(RuleCompilation.Compiled.class);
        return result.warnings().stream().map(RuleWarning::message).toList();
    }
}
