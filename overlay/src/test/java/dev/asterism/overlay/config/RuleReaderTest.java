package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleReaderTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "proto: tcp, port: 1 | 5 | at least one of host, group, cidr, local_cidr, ca_name, or ca_sha must be provided",
                "port: 1, host: any | 5 | proto was not understood; ``",
                "proto: gre, port: 1, host: any | 13 | proto was not understood; `gre`",
                "proto: TCP, port: 1, host: any | 13 | proto was not understood; `TCP`",
                "proto: tcp, host: any | 5 | port was not a number; ``",
                "proto: any, host: any | 5 | port was not a number; ``",
                "proto: tcp, port: [80], host: any | 24 | port must be a single value, not a list",
                "proto: tcp, code: x, host: any | 24 | code was not a number; `x`",
                "proto: udp, port: 90-80, host: any | 24 | `start port was lower than end port`",
                "proto: tcp, port: 65536, host: any | 24 | port out of range [0,65535]; `65536`",
                "proto: tcp, port: 1, cidr: x | 33 | cidr did not parse; `x` is no CIDR",
                "proto: tcp, port: 1, host: any, local_cidr: x | 50 | local_cidr did not parse; `x` is no CIDR",
                "proto: tcp, port: 1, cidr: 10.0.0.0/33 | 33 | cidr did not parse; `10.0.0.0/33` is no CIDR",
                "proto: tcp, port: 1, cidr: 10.0.0.0/08 | 33 | cidr did not parse; `10.0.0.0/08` is no CIDR",
                "proto: tcp, port: 1, cidr: 010.0.0.0/8 | 33 | cidr did not parse; `010.0.0.0/8` is no CIDR",
                "proto: tcp, port: 1, cidr: 'fd00::%1/8' | 33 | cidr did not parse; `fd00::%1/8` is no CIDR",
            })
    void saysWhatIsWrongAndWhere(String fields, int column, String message) {
        assertThat(Configs.problems(inbound(fields)))
                .anySatisfy(
                        problem ->
                                assertThat(problem)
                                        .isEqualTo(
                                                "c.yml:4:%d: firewall.inbound[0]: firewall.inbound rule #0; %s"
                                                        .formatted(column, message)));
    }

    @Test
    void reportsEveryBadRule() {
        assertThat(
                        Configs.problems(
                                """
                                firewall:
                                  outbound:
                                  - {proto: tcp, port: x, host: any}
                                  inbound:
                                  - {proto: tcp, port: 22, host: any}
                                  - {proto: gre, port: 1, host: any}
                                """))
                .containsExactly(
                        "c.yml:4:24: firewall.outbound[0]: firewall.outbound rule #0; port was not a number; `x`",
                        "c.yml:7:13: firewall.inbound[1]: firewall.inbound rule #1; proto was not understood; `gre`");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "proto: tcp, port: 1, host: h",
                "proto: tcp, port: 1, groups: a",
                "proto: tcp, port: 1, cidr: any",
                "proto: tcp, port: 1, local_cidr: 10.0.0.0/8",
                "proto: tcp, port: 1, ca_name: ca",
                "proto: tcp, port: 1, ca_sha: '00'",
                "proto: icmp, host: any",
                "proto: icmp, port: any, host: any",
                "proto: tcp, port: fragment, host: any",
                "proto: tcp, port: 80 - 90, host: any",
                "proto: tcp, port: 1, groups: any",
                "proto: tcp, port: 1, groups: [a, b], host: h, cidr: 10.0.0.0/8",
            })
    void hasNothingToSayOf(String fields) {
        assertThat(Configs.notices(inbound(fields))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "proto: icmp, port: 8, host: any | 25 | ignoring port specification for ICMP firewall rule",
                "proto: tcp, port: 1, host: any, groups: a | 5 | groups specified as [a], but host=any will match any host, regardless of groups",
                "proto: tcp, port: 1, host: any, cidr: 10.0.0.0/8 | 5 | cidr specified as 10.0.0.0/8, but host=any will match any host, regardless of cidr",
                "proto: tcp, port: 1, groups: [any, b] | 5 | groups specified as [any b], but any is among them and will match any host, regardless of the others",
                "proto: tcp, port: 1, groups: any, host: h | 5 | host specified as h, but groups=any will match any host, regardless of host",
                "proto: tcp, port: 1, cidr: any, groups: [a, b] | 5 | groups specified as [a b], but cidr=any will match any host, regardless of groups",
            })
    void warns(String fields, int column, String message) {
        assertThat(Configs.notices(inbound(fields)))
                .containsExactly(
                        "c.yml:4:%d: firewall.inbound[0]: firewall.inbound rule #0; %s"
                                .formatted(column, message));
    }

    @Test
    void keepsANetworkAsWrittenForTheRuleHash() {
        List<FirewallRule> rules =
                Configs.read(inbound("proto: tcp, port: 1, cidr: 'FD00::1/8', local_cidr: any"))
                        .firewall()
                        .inbound();

        assertThat(rules.getFirst().cidr()).hasToString("FD00::1/8");
        assertThat(rules.getFirst().localCidr().isAny()).isTrue();
    }

    private static String inbound(String fields) {
        return "firewall:\n  inbound:\n  - {" + fields + "}\n";
    }
}
