package dev.asterism.overlay.firewall;

import static dev.asterism.overlay.firewall.FirewallFixture.OWN;
import static dev.asterism.overlay.firewall.FirewallFixture.anyHost;
import static dev.asterism.overlay.firewall.FirewallFixture.compiled;
import static dev.asterism.overlay.firewall.FirewallFixture.inbound;
import static dev.asterism.overlay.firewall.FirewallFixture.outbound;
import static dev.asterism.overlay.firewall.FirewallFixture.placed;
import static dev.asterism.overlay.firewall.FirewallFixture.rule;
import static dev.asterism.overlay.firewall.FirewallFixture.section;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.config.OverlayConfig.FirewallSection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a rule set was made of, and its hash. */
class RuleCompilerTest {

    @Test
    void hashesOneLinePerRuleOutboundFirst() {
        RuleSet rules =
                compiled(
                        section(
                                placed(
                                        10,
                                        rule("icmp", "").groups("g1", "g2").caName("n").caSha("s"),
                                        rule("any", "fragment")
                                                .cidr("10.0.0.0/8")
                                                .localCidr("any")),
                                placed(50, anyHost("tcp", "80-90"))),
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
    void haveTheSameVersionAsLongAsTheySayTheSame() {
        FirewallSection section = inbound(anyHost("tcp", "22"));
        RuleSet rules = compiled(section, OWN);
        LocalNetworks routing =
                new LocalNetworks(OWN.networks(), FirewallFixture.cidrs("192.168.0.0/24"));

        assertThat(versionAfter(rules, inbound(anyHost("tcp", "22")), OWN)).isEqualTo(1);
        assertThat(versionAfter(rules, inbound(anyHost("tcp", "23")), OWN)).isEqualTo(2);
        assertThat(versionAfter(rules, section(section.inbound(), List.of(), true), OWN))
                .isEqualTo(2);
        assertThat(versionAfter(rules, section, routing)).isEqualTo(2);
        assertThat(versionAfter(compiled(section, routing), section, routing)).isEqualTo(1);
    }

    @Test
    void sayTheSameOnAnotherLineAndTellThatLineFromThenOn() {
        RuleSet rules = compiled(section(placed(10, anyHost("tcp", "22")), List.of()), OWN);
        RuleSet moved =
                compiled(section(placed(17, anyHost("tcp", "22")), List.of()), OWN).after(rules);

        assertThat(moved.version()).isEqualTo(rules.version());
        assertThat(moved.section().inbound().getFirst().position().line()).isEqualTo(17);
    }

    private static long versionAfter(RuleSet running, FirewallSection section, LocalNetworks own) {
        return compiled(section, own).after(running).version();
    }

    private static long referenceFnv(String text) {
        long hash = 2_166_136_261L;
        for (byte b : text.getBytes(StandardCharsets.US_ASCII)) {
            hash = (hash ^ b) * 16_777_619L % (1L << 32);
        }
        return hash;
    }
}
