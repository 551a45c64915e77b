package dev.asterism.cert.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.cert.issue.VersionChoice;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.net.Cidr;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InventoryReaderTest {

    @Test
    void readsAllKeysAndDefaults() {
        List<InventoryHost> hosts =
                good(
                        """
                        defaults:
                          duration: 90d
                          groups: [all]
                          unsafe_networks: 192.168.1.0/24
                          version: both
                          curve: "25519"
                        hosts:
                          - name: web 1
                            networks: 10.42.0.2/16, fd42::2/64
                          - name: büro
                            networks: [10.42.0.3/16]
                            groups: [on, yes]
                            unsafe_networks: []
                            duration: 1h30m
                            version: 1
                            curve: P256
                            in_pub: keys/b.pub
                        """);

        assertThat(hosts.getFirst())
                .isEqualTo(
                        new InventoryHost(
                                "web 1",
                                List.of(Cidr.of("10.42.0.2/16"), Cidr.of("fd42::2/64")),
                                List.of(Cidr.of("192.168.1.0/24")),
                                List.of("all"),
                                Duration.ofDays(90),
                                VersionChoice.BOTH,
                                Curve.CURVE25519,
                                "",
                                8,
                                5));
        assertThat(hosts.getLast())
                .isEqualTo(
                        new InventoryHost(
                                "büro",
                                List.of(Cidr.of("10.42.0.3/16")),
                                List.of(),
                                List.of("on", "yes"),
                                Duration.ofMinutes(90),
                                VersionChoice.V1,
                                Curve.P256,
                                "keys/b.pub",
                                10,
                                5));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    nets: [10.0.0.1/8]  | 2:5: networks is missing; write networks: [10.42.0.2/16]
                    netwoks: [10.0.0.1/8] | 3:5: unknown key "netwoks"; did you mean networks?
                    zzz: 1              | 3:5: unknown key "zzz"; known are name, networks, groups, \
                    unsafe_networks, duration, version, curve, in_pub
                    networks: 10.0.0.1  | 3:15: "10.0.0.1" in networks is not an address with a prefix; add the \
                    length of the prefix, as in 10.0.0.1/16
                    networks: [a, b]    | 3:16: "a" in networks is not an address with a prefix; write \
                    something like 10.42.0.2/16 or fd42::2/64
                    networks: [10.0.0.1/33] | 3:16: "10.0.0.1/33" in networks is not an address with a prefix; \
                    write something like 10.42.0.2/16 or fd42::2/64
                    networks: 0.0.0.0/0 | 3:15: 0.0.0.0/0 is no address that a host can have; write the host's \
                    address and the length of the network's prefix
                    networks: "::ffff:10.0.0.1/104" | 3:15: "::ffff:10.0.0.1/104" in networks is not an address \
                    with a prefix; write the IPv4 address as one
                    networks: [10.0.0.1/8, 10.0.0.1/8] | 3:28: 10.0.0.1/8 stands there twice; remove one
                    networks: {a: 1}    | 3:15: networks is not a list; write [one, two]
                    networks: []        | 2:5: the host has no network; write networks: [10.42.0.2/16]
                    networks: [[10.0.0.1/8]] | 3:16: an entry of networks is no text; write one text per entry
                    groups: ["a,b"]     | 3:14: an entry of groups has a comma: "a,b"; write an entry of its \
                    own for each
                    duration: 90        | 3:15: "90" is not a duration; write something like 90d, 2160h or 1h30m
                    duration: -1h       | 3:15: "-1h" is not a duration; write something like 90d, 2160h or 1h30m
                    duration:           | 3:14: duration has no value; write one text behind the colon
                    version: 3          | 3:14: "3" is not a version; write 1, 2 or both
                    curve: ed25519      | 3:12: "ed25519" is not a curve; write 25519 or P256
                    name: other         | 3:5: the key name stands here twice; remove one
                    "name2": "[x"       | 3:5: unknown key "name2"; did you mean name?
                    """)
    void namesEveryMistakeOfAHost(String line, String expected) {
        boolean isNetworks = line.startsWith("net");
        String text =
                "hosts:\n  - name: h\n    "
                        + line
                        + (isNetworks ? "\n" : "\n    networks: [10.0.0.1/8]\n");

        assertThat(problems(text)).contains("hosts.yml:" + expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''                  | 1:1: the inventory is empty; write hosts: and a list of hosts
                    '[]'                | 1:1: the inventory is not a mapping; write keys and values: defaults, hosts
                    'defaults: {}'      | 1:1: hosts is missing; write hosts: and a list of hosts
                    'host: []'          | 1:1: unknown key "host"; did you mean hosts?
                    'hosts: {a: 1}'     | 1:8: hosts is not a list; begin each host with "- name: NAME"
                    'hosts: [web1]'     | 1:9: a host is not a mapping; write keys and values: name, networks, \
                    groups, unsafe_networks, duration, version, curve, in_pub
                    'hosts: [{networks: [10.0.0.1/8]}]' | 1:9: name is missing; write name: NAME
                    'hosts: ['          | 1:9: this is not YAML: expected the node content, but found '<stream end>'
                    'a: "\\xZZ"'        | 1:7: this is not YAML: expected escape sequence of 2 hexadecimal \
                    numbers, but found: ZZ
                    """)
    void namesEveryMistakeOfTheWhole(String text, String expected) {
        assertThat(problems(text)).contains("hosts.yml:" + expected);
    }

    @ParameterizedTest
    @CsvSource({"a/b", "..", ".hidden", "-x", "'a\\\\b'", "'\"a\\nb\"'"})
    void refusesNamesThatCannotBeFiles(String name) {
        assertThat(problems("hosts:\n  - name: " + name + "\n    networks: 10.0.0.1/8\n"))
                .singleElement()
                .asString()
                .startsWith("hosts.yml:2:11: the name \"")
                .contains("cannot be the name of a file; use letters");
    }

    @Test
    void findsWhatTwoHostsShare() {
        assertThat(
                        problems(
                                """
                                hosts:
                                  - {name: a, networks: [10.0.0.1/8]}
                                  - {name: a, networks: [10.0.0.2/8]}
                                  - {name: b, networks: [10.0.0.1/16]}
                                """))
                .containsExactly(
                        "hosts.yml:3:12: the name a stands in line 2 already; give each host a name of its own",
                        "hosts.yml:4:5: b has the address 10.0.0.1, which is that of a in line 2; give each host"
                                + " an address of its own");
    }

    @Test
    void saysWhatIsWrongWithADefaultOnce() {
        assertThat(
                        problems(
                                """
                                defaults: {duration: soon}
                                hosts:
                                  - {name: a, networks: [10.0.0.1/8]}
                                  - {name: b, networks: [10.0.0.2/8]}
                                """))
                .containsExactly(
                        "hosts.yml:1:22: \"soon\" is not a duration; write something like 90d, 2160h or 1h30m");
    }

    @Test
    void findsAllMistakesAtOnceInTheOrderOfTheFile() {
        assertThat(
                        problems(
                                """
                                hosts:
                                  - {name: a, networks: [x], version: 9}
                                  - {nam: b}
                                """))
                .map(problem -> problem.substring(0, problem.indexOf(": ")))
                .containsExactly(
                        "hosts.yml:2:26",
                        "hosts.yml:2:39",
                        "hosts.yml:3:5",
                        "hosts.yml:3:5",
                        "hosts.yml:3:6");
    }

    private static List<InventoryHost> good(String text) {
        InventoryReader.Outcome outcome = InventoryReader.read("hosts.yml", text);
        assertThat(outcome.problems()).isEmpty();
        return outcome.hosts();
    }

    private static List<String> problems(String text) {
        return InventoryReader.read("hosts.yml", text).problems().stream()
                .map(InventoryProblem::toString)
                .toList();
    }
}
