package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.config.OverlayConfig.RecvErrorGate;
import dev.asterism.overlay.net.Ip;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that cannot be read are problems with their place, where Nebula takes the default in silence. */
class ValueProblemsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listen: {port: x} | 2:16: listen.port: `x` is not a whole number",
                "listen: {port: 1.5} | 2:16: listen.port: `1.5` is not a whole number",
                "listen: {port: 65536} | 2:16: listen.port: 65536 is not between 0 and 65535",
                "listen: {port: [1]} | 2:16: listen.port must be a single value, not a list",
                "listen: {port: -1} | 2:16: listen.port: -1 is not between 0 and 65535",
                "listen: x | 2:9: listen must be a map, not a string",
                "listen: [x] | 2:9: listen must be a map, not a list",
                "listen: {send_recv_error: maybe} | 2:27: listen.send_recv_error: `maybe` is none of always, never, private, true, false",
                "punchy: {punch: on} | 2:17: punchy.punch: `on` is not a boolean; write true or false",
                "punchy: [x] | 2:9: punchy must be a map, not a list",
                "punchy: {delay: 10} | 2:17: punchy.delay: `10` is not a duration such as 10s, 1h30m or 250ms (it has no unit; write 10s)",
                "punchy: {delay: -1s} | 2:17: punchy.delay: `-1s` is negative",
                "static_map: {network: ip7} | 2:23: static_map.network: `ip7` is none of ip4, ip6, ip",
                "static_host_map: [x] | 2:18: static_host_map must be a map, not a list",
                "static_host_map: {x: 'a:1'} | 2:19: static_host_map.x: `x` is not an overlay address",
                "static_host_map: {10.42.0.1: ':1'} | 2:30: static_host_map.10.42.0.1: `:1` is not host:port (an IPv6 address stands in brackets: [fd00::1]:4242)",
                "static_host_map: {10.42.0.1: 'fd00::1:1'} | 2:30: static_host_map.10.42.0.1: `fd00::1:1` is not host:port (an IPv6 address stands in brackets: [fd00::1]:4242)",
                "static_host_map: {10.42.0.1: [{}]} | 2:31: static_host_map.10.42.0.1: must be host:port, not a map",
                "lighthouse: {hosts: 10.42.0.1} | 2:21: lighthouse.hosts must be a list, not a string (write [10.42.0.1])",
                "lighthouse: {hosts: [~]} | 2:22: lighthouse.hosts[0]: entry 1 must be a single value, not a null",
                "lighthouse: {hosts: [10.42.0.01]} | 2:22: lighthouse.hosts[0]: `10.42.0.01` is not an overlay address",
                "lighthouse: {remote_allow_ranges: {x: {}}} | 2:36: lighthouse.remote_allow_ranges.x: config `lighthouse.remote_allow_ranges` has invalid CIDR: x",
                "lighthouse: {remote_allow_ranges: {10.0.0.0/8: x}} | 2:48: lighthouse.remote_allow_ranges.10.0.0.0/8: must be a map of CIDR to bool, not a string",
                "lighthouse: {local_allow_list: {interfaces: x}} | 2:45: config `lighthouse.local_allow_list.interfaces` is invalid (type string): must be a map",
                "lighthouse: {calculated_remotes: {10.0.0.0/8: [{port: 1}]}} | 2:48: config 'lighthouse.calculated_remotes.10.0.0.0/8': calculated_remotes entry: missing mask",
                "pki: x | 2:1: duplicate key `pki` (first given at line 1)",
                "cipher: [aes] | 2:9: cipher must be a single value, not a list",
                "handshakes: {try_interval: 0} | 2:28: handshakes.try_interval: must be greater than 0",
                "timers: {connection_alive_interval: 5s} | 2:37: timers.connection_alive_interval: `5s` is not a whole number",
                "tun: {dev: much-too-long-name} | 2:12: tun.dev: `much-too-long-name` is no device name: it has more than 15 characters",
                "tun: {mtu: 10} | 2:12: tun.mtu 10 is below 68, the least of any device (the default is 1300)",
                "tun: {routes: [x]} | 2:16: tun.routes[0]: entry 1 in tun.routes is invalid: it must be a map",
                "tun: {unsafe_routes: [{route: 1.0.0.0/8, via: [x]}]} | 2:48: tun.unsafe_routes[0].via[0]: entry  in tun.unsafe_routes[1].via[1] is not a map with gateway and weight",
                "tun: {unsafe_routes: [{route: 1.0.0.0/8, via: []}]} | 2:47: tun.unsafe_routes[0].via: entry 1.via in tun.unsafe_routes is empty",
                "tun: {unsafe_routes: [{route: 1.0.0.0/8, via: x}]} | 2:47: tun.unsafe_routes[0].via: entry 1.via in tun.unsafe_routes failed to parse address: x",
                "logging: {format: xml} | 2:19: logging.format: `xml` is none of text, json",
                "firewall: {inbound: [{port: any, proto: any, host: any, groups: [a, ~]}]} | 2:69: firewall.inbound[0]: firewall.inbound rule #0; groups entry #1 is null",
                "firewall: {inbound: [{port: any, proto: any, group: ''}]} | 2:22: firewall.inbound[0]: firewall.inbound rule #0; at least one of host, group, cidr, local_cidr, ca_name, or ca_sha must be provided",
                "firewall: {inbound: [{port: any, proto: any, group: 2026-11-21}]} | 2:53: firewall.inbound[0]: firewall.inbound rule #0; group should contain a single value, 2026-11-21 was read as a date, quote it to use it as a group name",
                "firewall: {inbound: [{port: 1-x, proto: any, host: any}]} | 2:29: firewall.inbound[0]: firewall.inbound rule #0; port ending range was not a number; `x`",
                "firewall: {inbound: [{port: any, proto: any, host: [a]}]} | 2:52: firewall.inbound[0]: firewall.inbound rule #0; host must be a single value, not a list"
            })
    void namesThePlaceAndTheTrouble(String yaml, String problem) {
        assertThat(Configs.problems(yaml))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("c.yml:")
                .satisfies(
                        text ->
                                assertThat(withoutRepeatedPath(text))
                                        .isEqualTo(withoutRepeatedPath("c.yml:" + problem)));
    }

    /** What published files hold; each is refused without being lenient. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "preferred_ranges: 10.0.0.0/8 | preferred_ranges must be a list, not a string: it is ignored, as in Nebula (write [10.0.0.0/8])",
                "routines: {a: 1} | routines must be a single value, not a map: 0 is used, as in Nebula",
                "routines: -1 | routines: -1 is not between 0 and 65536: 1 is used, as in Nebula",
                "punchy: {delay: 1} | punchy.delay: `1` is not a duration such as 10s, 1h30m or 250ms: 1s is used, as in Nebula (it has no unit; write 1s)",
                "punchy: {punch: on} | punchy.punch: `on` is not a boolean; write true or false: false is used, as in Nebula",
                "listen: {port: 70000} | listen.port: 70000 is not between 0 and 65535: 4464 is used, as in Nebula"
            })
    void reportsLenientlyWhatIsUsedInstead(String yaml, String notice) {
        ConfigOutcome outcome = Configs.outcome(Configs.PKI + yaml, Strictness.REPORT);

        assertThat(outcome).isInstanceOf(ConfigOutcome.Loaded.class);
        assertThat(outcome.notices()).singleElement().asString().endsWith(": " + notice);
        assertThat(Configs.problems(yaml)).hasSize(1);
    }

    @Test
    void findsEveryProblemAtOnce() {
        assertThat(
                        Configs.problems(
                                """
                                listen: {port: x, batch: y}
                                cipher: des
                                nosuch: 1
                                firewall:
                                  inbound:
                                    - {port: 99999, proto: gre, host: any}
                                    - {port: 1, proto: tcp}
                                """))
                .hasSize(6);
    }

    @ParameterizedTest
    @CsvSource({
        "1, true", "t, true", "TRUE, true", "y, true", "Yes, true", "'\"true\"', true",
        "0, false", "f, false", "False, false", "N, false", "no, false", "0x0, false"
    })
    void takesNebulasWordsForBooleans(String word, boolean value) {
        assertThat(Configs.read("punchy: {punch: " + word + "}").punchy().punch()).isEqualTo(value);
        assertThat(Configs.read("punchy: " + word).punchy().punch()).isEqualTo(value);
        assertThat(Configs.read("punch_back: " + word).punchy().respond()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4242", "'4242'", "+4242", "4_242", "0x1092", "4242.0"})
    void takesNumbersInAnySpelling(String port) {
        assertThat(Configs.read("listen: {port: " + port + "}").listen().port()).isEqualTo(4242);
    }

    @ParameterizedTest
    @CsvSource({"true, ALWAYS", "no, NEVER", "Private, PRIVATE", "never, NEVER"})
    void takesBooleansForRecvErrorGates(String word, RecvErrorGate gate) {
        assertThat(Configs.read("listen: {send_recv_error: " + word + "}").listen())
                .extracting(OverlayConfig.Listen::sendRecvError)
                .isEqualTo(gate);
    }

    @Test
    void adjustsWithANotice() {
        assertThat(Configs.notices("tun: {mtu: 9000}"))
                .containsExactly(
                        "c.yml:2:12: tun.mtu 9000 is too big for the underlay to carry, it is capped"
                                + " to 8937");
        assertThat(Configs.read("tun: {mtu: 9000}").tun().mtu()).isEqualTo(8937);
        assertThat(Configs.notices("listen: {batch: 0}")).hasSize(1);
        assertThat(Configs.read("listen: {batch: 0}").listen().batch()).isEqualTo(1);
        assertThat(Configs.notices("static_host_map: {10.42.0.1: 'a:99999'}")).hasSize(1);
        assertThat(Configs.notices("preferred_ranges: [x]")).hasSize(1);
    }

    @Test
    void aRelayUsesNoRelaysAndAdvertisesNone() {
        assertThat(
                        Configs.read(
                                        "relay: {am_relay: true, use_relays: true, relays: [10.42.0.8]}")
                                .relay())
                .isEqualTo(new OverlayConfig.Relay(true, false, List.of()));
    }

    @Test
    void anInvalidRelayIsSkippedWithItsPlace() {
        String text = "relay:\n  relays:\n    - 10.42.0.8\n    - relay.example.org\n    - fd42::8";

        assertThat(Configs.read(text).relay().relays())
                .containsExactly(Ip.of("10.42.0.8"), Ip.of("fd42::8"));
        assertThat(Configs.notices(text))
                .singleElement()
                .asString()
                .endsWith("`relay.example.org` is not an overlay address and is ignored")
                .contains(":5:7:");
    }

    @Test
    void theLargerOldRoutinesKeyCountsOnlyWithoutTheNewOne() {
        assertThat(Configs.read("listen: {routines: 2}\ntun: {routines: 3}").routines().lanes())
                .isEqualTo(3);
        assertThat(Configs.read("listen: {routines: 2}\nroutines: 1").routines().lanes())
                .isEqualTo(1);
    }

    @Test
    void convertsNumbersAsGroupsWithANotice() {
        String yaml = "firewall: {inbound: [{port: any, proto: any, groups: [007, \"007\", yes]}]}";

        assertThat(Configs.read(yaml).firewall().inbound().getFirst().groups())
                .containsExactly("7", "007", "yes");
        assertThat(Configs.notices(yaml)).hasSize(1);
    }

    @Test
    void keepsAnEmptyNameAmongGroups() {
        String yaml = "firewall: {inbound: [{port: any, proto: any, groups: [a, '']}]}";

        assertThat(Configs.read(yaml).firewall().inbound().getFirst().groups())
                .as("without it members of a alone would match")
                .containsExactly("a", "");
    }

    /** Problems whose message names the key do not repeat it. */
    private static String withoutRepeatedPath(String text) {
        return text.replaceFirst("^(c\\.yml:\\d+:\\d+: )(\\S+): (.*\\2.*)$", "$1$3");
    }
}
