package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyCheckTest {

    @Test
    void knowsEveryKeyOfNebulaAndNoOther() {
        Set<String> nebulas =
                Configs.resource("keys-1.12.0.tsv")
                        .lines()
                        .skip(1)
                        .map(line -> line.substring(0, line.indexOf('\t')))
                        .map(key -> key.replace("local_allow_list.interfaces", "local_allow_list"))
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> ours =
                Stream.of(KnownKeys.SUPPORTED, KnownKeys.NOT_YET)
                        .flatMap(String::lines)
                        .map(line -> line.split(" ", 2)[0])
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(ours).containsAll(nebulas);
        ours.removeAll(nebulas);
        assertThat(ours)
                .containsExactly(
                        "asterism.cipher_provider",
                        "asterism.threads",
                        "asterism.wire_extensions",
                        "l7",
                        "lighthouse.calculated_remotes.*[].mask",
                        "lighthouse.calculated_remotes.*[].port");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listne: {port: 1} | c.yml:2:1: unknown key listne (did you mean listen?)",
                "listen: {prot: 1} | c.yml:2:10: unknown key listen.prot (did you mean port?)",
                "lighthouse: {amLighthouse: 1} | c.yml:2:14: unknown key lighthouse.amLighthouse (did you mean am_lighthouse?)",
                "mtu: 1300 | c.yml:2:1: unknown key mtu (did you mean tun.mtu?)",
                "tun: {dropmulticast: 1} | c.yml:2:7: unknown key tun.dropmulticast (did you mean drop_multicast?)",
                "zzzzzzzz: 1 | c.yml:2:1: unknown key zzzzzzzz",
                "firewall: {inbound: [{hots: any, host: any, port: any, proto: any}]} | c.yml:2:23: unknown key firewall.inbound[0].hots (did you mean host?)",
                "lighthouse: {calculated_remotes: {10.42.0.0/16: [{mask: 10.0.0.0/8, port: 1, prt: 2}]}} | c.yml:2:78: unknown key lighthouse.calculated_remotes.10.42.0.0/16[0].prt (did you mean port?)",
                "stats: {typ: x} | c.yml:2:9: unknown key stats.typ (did you mean type?)",
                "asterism: {x: 1} | c.yml:2:12: unknown key asterism.x"
            })
    void refusesUnknownKeysAndNamesTheNearest(String yaml, String problem) {
        assertThat(Configs.problems(yaml)).containsExactly(problem);
    }

    @Test
    void reportsUnknownKeysWhenAskedTo() {
        ConfigOutcome outcome =
                ConfigReader.read(
                        List.of(new ConfigText("c.yml", Configs.PKI + "listne: {}")),
                        UnknownKeys.REPORT);

        assertThat(outcome).isInstanceOf(ConfigOutcome.Loaded.class);
        assertThat(outcome.notices())
                .extracting(ConfigProblem::toString)
                .containsExactly("c.yml:2:1: unknown key listne (did you mean listen?)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "local_range: 10.0.0.0/8",
                "logging: {timestamp_format: x}",
                "sshd: {sandbox_dir: /x}",
                "firewall: {conntrack: {max_connections: 100000}}"
            })
    void loadsFilesWithKeysOfOlderVersions(String yaml) {
        assertThat(Configs.notices(yaml))
                .hasSize(1)
                .allMatch(n -> n.endsWith("belongs to older versions of Nebula: it has no effect"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lighthouse: {serve_dns: true}",
                "lighthouse: {dns: {port: 5353}}",
                "relay: {am_relay: true}",
                "relay: {relays: [10.42.0.1]}",
                "tun: {use_system_route_table: true}",
                "tun: {cpu_affinity: [1]}",
                "sshd: {enabled: yes}",
                "sshd: {authorized_users: [{user: u, keys: k}]}",
                "local_api: {control: {socket: /x}}",
                "dns: {enabled: true}",
                "stats: {type: prometheus}",
                "stats: {message_metrics: true}"
            })
    void namesKeysWithoutEffect(String yaml) {
        assertThat(Configs.notices(yaml))
                .isNotEmpty()
                .first()
                .asString()
                .matches(
                        "c.yml:2:[0-9]+: key [a-z_.]+ is known to Nebula but not supported yet: it"
                                + " has no effect");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lighthouse: {serve_dns: false, dns: {host: '', port: 53}}",
                "relay: {am_relay: no, relays: [], use_relays: true}",
                "routines: 2",
                "listen: {routines: '1', udp_offloads: false}",
                "tun: {use_offloads: true, pin_threads: true, cpu_affinity: []}",
                "sshd: {enabled: F}",
                "local_api: {control: {enabled: false}, info: {enabled: false}}",
                "stats: {type: none}",
                "stats: {type: ''}",
                "l7: {}"
            })
    void isSilentAboutValuesThatChangeNothing(String yaml) {
        assertThat(Configs.notices(yaml)).isEmpty();
    }

    @Test
    void saysThatTheFilterIsNotBuilt() {
        assertThat(Configs.notices("l7: {ports: [80]}"))
                .containsExactly(
                        "c.yml:2:1: key l7: the filter is not built yet: it has no effect");
    }

    @Test
    void suggestsNothingForWordsFarFromAll() {
        assertThat(Words.nearest("ab", List.of("cd", "port"))).isEmpty();
        assertThat(Words.nearest("x".repeat(100_000), List.of("port"))).isEmpty();
        assertThat(Words.distance("kitten", "sitting")).isEqualTo(3);
    }
}
