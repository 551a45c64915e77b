package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyCheckTest {

    private static final Set<KeyRow.Status> READ =
            Set.of(KeyRow.Status.SUPPORTED, KeyRow.Status.NOT_YET);

    @Test
    void knowsEveryKeyOfNebulaAndNoOther() {
        Set<String> nebulas =
                Configs.resource("keys-1.12.0.tsv")
                        .lines()
                        .skip(1)
                        .map(line -> line.substring(0, line.indexOf('\t')))
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> ours =
                KnownKeys.rows()
                        .filter(row -> READ.contains(row.status()))
                        .filter(row -> !row.since().equals("own"))
                        .map(KeyRow::path)
                        .filter(path -> !path.contains("*"))
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(ours).isEqualTo(nebulas);
    }

    /** docs/spec/config-keys.tsv: key, type, default, whether a reload is enough, first version. */
    @Test
    void rowsAgreeWithTheSpecification() throws IOException {
        Set<String> otherDefault = new TreeSet<>();
        List<String[]> specified =
                Files.readString(Path.of("..", "docs", "spec", "config-keys.tsv"))
                        .lines()
                        .skip(1)
                        .map(line -> line.split("\t", -1))
                        .toList();
        Map<String, KeyRow> rows =
                KnownKeys.rows()
                        .filter(row -> READ.contains(row.status()))
                        .collect(Collectors.toMap(KeyRow::path, row -> row, (a, _) -> a));
        assertThat(specified)
                .hasSizeGreaterThan(140)
                .allSatisfy(
                        spec -> {
                            KeyRow row = Objects.requireNonNull(rows.get(spec[0]), spec[0]);
                            assertThat(row.since()).isEqualTo(spec[4].replaceAll("\\.0$", ""));
                            if (row.status() == KeyRow.Status.SUPPORTED) {
                                assertThat(row.isReadAtStart())
                                        .isEqualTo(spec[3].equals("restart"));
                            }
                            if (row.hasDefault() && !row.byDefault().equals(spec[2])) {
                                otherDefault.add(spec[0]);
                            }
                        });
        assertThat(otherDefault)
                .as("the first two on purpose, the others are spelled otherwise there")
                .containsExactlyInAnyOrder(
                        "listen.udp_offloads",
                        "tun.use_offloads",
                        "firewall.conntrack.routine_cache_timeout",
                        "lighthouse.calculated_remotes",
                        "listen.read_buffer",
                        "listen.write_buffer",
                        "local_api.info.socket_mode",
                        "routines",
                        "stats.type",
                        "tun.pin_threads_key",
                        "tun.use_system_route_table_buffer_size");
    }

    @Test
    void knowsEveryKeyThatAnyReleaseRead() {
        Set<String> known = KnownKeys.rows().map(KeyRow::path).collect(Collectors.toSet());

        assertThat(Configs.resource("keys-1.0-to-1.11.txt").lines())
                .isNotEmpty()
                .allMatch(known::contains);
    }

    @Test
    void everyRowIsComplete() {
        assertThat(KnownKeys.rows())
                .allMatch(row -> row.since().matches("own|none|1\\.[0-9.]+( to 1\\.[0-9]+)?"))
                .doesNotHaveDuplicates();
        assertThat(Stream.of(KnownKeys.SUPPORTED, KnownKeys.NOT_YET).flatMap(String::lines))
                .allMatch(line -> line.chars().filter(c -> c == '|').count() == 5);
        assertThat(KnownKeys.rows().filter(row -> READ.contains(row.status())))
                .allMatch(row -> !row.type().isEmpty());
        assertThat(KnownKeys.GONE.lines())
                .allMatch(line -> line.matches("\\S+ \\| [^|]+ \\| (safe|doubt) \\| [^|]+"));
    }

    @Test
    void meaningsLeadToKeysThatExist() {
        KeyTree tree = KeyTree.ofKnownKeys();
        Set<String> names =
                tree.paths().stream()
                        .map(path -> path.substring(path.lastIndexOf('.') + 1))
                        .collect(Collectors.toSet());
        assertThat(KeyHints.MEANINGS.lines())
                .allSatisfy(
                        line -> {
                            String meant = line.split(" ", 2)[1];
                            KeyTree at = tree;
                            for (String step : meant.split("\\.", -1)) {
                                at = at == null ? null : at.child(step);
                            }
                            assertThat(at != null || names.contains(meant)).as(line).isTrue();
                        });
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

    /** What people wrote in questions and published files, and what they wanted. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "punchy: {punch_back: true} | punchy.respond",
                "punchy: {punchback: true} | punchy.respond",
                "host: 10.42.0.1 | lighthouse.hosts",
                "hosts: [10.42.0.1] | lighthouse.hosts",
                "lighthouse: {host: 10.42.0.1} | lighthouse.hosts",
                "lighthouse: {static_host_map: {}} | static_host_map",
                "am_lighthouse: true | lighthouse.am_lighthouse",
                "serve_dns: true | lighthouse.serve_dns",
                "port: 4242 | listen.port",
                "dev: mesh0 | tun.dev",
                "tun: {name: mesh0} | tun.dev",
                "mtu: 1300 | tun.mtu",
                "listen: {mtu: 1300} | tun.mtu",
                "unsafe_routes: [] | tun.unsafe_routes",
                "inbound: [] | firewall.inbound",
                "firewall: {ingress: []} | firewall.inbound",
                "firewall: {tcp_timeout: 12m} | firewall.conntrack.tcp_timeout",
                "firewall: {inbound: [{protocol: tcp, proto: tcp, host: any, port: 1}]} | proto",
                "firewall: {outbound: [{ports: 1, proto: tcp, host: any, port: 1}]} | port",
                "tun: {unsafe_routes: [{route: 1.2.3.0/24, via: 10.42.0.1, gateway: 10.42.0.1}]} | via",
                "log_level: debug | logging.level",
                "level: debug | logging.level",
                "use_relays: true | relay.use_relays",
                "ca: ca.crt | pki.ca",
                "blocklist: [] | pki.blocklist",
                "handshake: {try_interval: 1s} | handshakes",
                "sshd: {port: 2222} | sshd.listen",
                "Listen-Port: 1 | listen.port",
                "tun.mtu: 1300 | tun.mtu",
                "tun: {routine: 2} | routines"
            })
    void hintsByMeaningAcrossSections(String yaml, String meant) {
        assertThat(Configs.problems(yaml))
                .singleElement()
                .asString()
                .endsWith("(did you mean " + meant + "?)");
    }

    @Test
    void reportsUnknownKeysWhenAskedTo() {
        ConfigOutcome outcome = Configs.outcome(Configs.PKI + "listne: {}", Strictness.REPORT);

        assertThat(outcome).isInstanceOf(ConfigOutcome.Loaded.class);
        assertThat(outcome.notices())
                .extracting(Diagnostic::toString)
                .containsExactly("c.yml:2:1: unknown key listne (did you mean listen?)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "local_range: 10.0.0.0/8 | key local_range has no effect: only Nebula 1.0 to 1.8 read it (add the network to preferred_ranges)",
                "default_route: 10.0.0.1 | key default_route has no effect: only Nebula 1.0 to 1.3 read it (write a route for 0.0.0.0/0 under tun.unsafe_routes)",
                "promoter: {interval: 10} | key promoter.interval has no effect: only Nebula 1.0 to 1.7 read it (counters.try_promote, since 1.8, counts packets instead)",
                "handshakes: {wait_rotation: 5} | key handshakes.wait_rotation has no effect: only Nebula 1.2 to 1.3 read it (remove it: all addresses of a peer are tried at once)",
                "logging: {timestamp_format: x} | key logging.timestamp_format has no effect: only Nebula 1.2 to 1.10 read it (remove it: time stamps are always RFC 3339)",
                "sshd: {sandbox_dir: /x} | key sshd.sandbox_dir has no effect: only Nebula 1.11 read it (remove it)",
                "handshake_mac: {key: x} | key handshake_mac.key has no effect: only Nebula 1.0 read it (remove it: it changed nothing there either)"
            })
    void loadsFilesWithKeysOfOlderVersions(String yaml, String sentence) {
        assertThat(Configs.notices(yaml)).hasSize(1).first().asString().endsWith(": " + sentence);
    }

    @Test
    void keysThatNobodyEverReadAreNamedSo() {
        assertThat(Configs.notices("firewall: {conntrack: {max_connections: 100000}}"))
                .singleElement()
                .asString()
                .contains("max_connections has no effect: no version of Nebula reads it");
    }

    /** A file that relies on them would trust or block other certificates than it says. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pki.blacklist | pki.blocklist",
                "x509.ca | pki.ca",
                "x509.cert | pki.cert",
                "x509.key | pki.key"
            })
    void refusesOldKeysAboutTrustUnlessLenient(String old, String successor) {
        String line = old.replace(".", ": {") + ": [ab]}";
        String yaml =
                old.startsWith("pki")
                        ? "pki: {ca: a, cert: b, key: c, blacklist: [ab]}"
                        : Configs.PKI + line;

        assertThat(Configs.outcome(yaml, Strictness.REFUSE))
                .isInstanceOf(ConfigOutcome.Refused.class);
        assertThat(Configs.outcome(yaml, Strictness.REPORT).notices())
                .extracting(Diagnostic::toString)
                .singleElement()
                .asString()
                .contains("key " + old + " has no effect: only Nebula 1.0 to 1.")
                .endsWith("rename it to " + successor + ")");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lighthouse: {serve_dns: true} | key lighthouse.serve_dns is",
                "lighthouse: {serve_dns: true, dns: {port: 5353}} | keys lighthouse.serve_dns, lighthouse.dns.port are",
                "tun: {use_system_route_table: true} | key tun.use_system_route_table is",
                "tun: {cpu_affinity: [1]} | key tun.cpu_affinity is",
                "sshd: {enabled: yes, listen: '127.0.0.1:2222', host_key: k, authorized_users: [{user: u, keys: k}]} | section sshd is",
                "local_api: {control: {socket: /x}, info: {enabled: true}} | section local_api is",
                "dns: {enabled: true, nameservers: [10.0.0.1]} | section dns is"
            })
    void saysOncePerSectionWhatHasNoEffectYet(String yaml, String subject) {
        assertThat(Configs.notices(yaml))
                .singleElement()
                .asString()
                .matches(
                        "c.yml:2:[0-9]+: \\Q"
                                + subject
                                + "\\E known to Nebula but not supported yet: (it has|they have) no effect");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lighthouse: {serve_dns: false, dns: {host: '', port: 5353}}",
                "lighthouse: {dns: {host: 10.42.0.1, port: 5353}}",
                "relay: {am_relay: yes, relays: [10.42.0.1], use_relays: true}",
                "relay: {am_relay: false, relays: [10.42.0.1, 'fd42::1'], use_relays: false}",
                "routines: 2",
                "listen: {routines: '1', udp_offloads: false}",
                "tun: {use_offloads: true, pin_threads: true, cpu_affinity: []}",
                "tun: {pin_threads: false, cpu_affinity: [1], pin_threads_key: port}",
                "tun: {use_system_route_table: false, use_system_route_table_buffer_size: 9000}",
                "sshd: {enabled: F, listen: '127.0.0.1:2222', host_key: k, authorized_users: [{user: u, keys: [k]}]}",
                "sshd: {listen: '127.0.0.1:2222', trusted_cas: [k]}",
                "local_api: {control: {enabled: false, socket: /x}, info: {enabled: false, group: g}}",
                "dns: {enabled: false, nameservers: [10.0.0.1], identity: x}",
                "stats: {type: none, interval: 10s, listen: '127.0.0.1:1', message_metrics: true}",
                "stats: {type: '', prefix: x}",
                "stats: {interval: 10s}",
                "l7: {}"
            })
    void isSilentAboutWhatIsSwitchedOff(String yaml) {
        assertThat(Configs.notices(yaml)).isEmpty();
    }
}
