package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IssueModeTest {

    private static final String TWO =
            """
            defaults:
              duration: 90d
              groups: [all]
            hosts:
              - name: web1
                networks: [10.42.0.2/16]
                groups: [web, all]
              - name: db1
                networks: 10.42.0.3/16
            """;

    @TempDir Path directory;

    private ToolRun tool = new ToolRun(Path.of(""));

    @BeforeEach
    void makeCa() {
        tool = new ToolRun(directory);
        tool.ok("ca", "-name", "root", "-version", "2");
        tool.write("hosts.yml", TWO);
    }

    @Test
    void issuesWhatTheInventorySays() {
        assertThat(issue())
                .isEqualTo(
                        """
                        web1: issued: new; ends 2027-04-01T00:00:00Z
                        db1: issued: new; ends 2027-04-01T00:00:00Z
                        2 issued, 0 unchanged
                        """);

        tool.ok("verify", "-ca", "ca.crt", "-crt", "hosts/web1.crt");
        assertThat(tool.ok("print", "-json", "-path", "hosts/web1.crt"))
                .contains("\"groups\":[\"web\",\"all\"]", "\"networks\":[\"10.42.0.2/16\"]");
        assertThat(tool.ok("print", "-json", "-path", "hosts/db1.crt"))
                .contains("\"groups\":[\"all\"]");
        assertThat(tool.ok("audit")).startsWith("3 lines, 2 certificates, all in order; head ");
    }

    @Test
    void leavesAloneWhatIsSoAlready() {
        issue();
        Map<String, String> before = hostFiles();

        assertThat(issue()).isEqualTo("0 issued, 2 unchanged\n");
        tool.at(ToolRun.NOW.plus(Duration.ofDays(59)));
        assertThat(issue()).isEqualTo("0 issued, 2 unchanged\n");
        assertThat(hostFiles()).isEqualTo(before);
    }

    @Test
    void renewsInTheLastThirdOfALifeWithTheSameKey() {
        issue();
        String key = tool.file("hosts/web1.key");
        tool.at(ToolRun.NOW.plus(Duration.ofDays(61)));

        assertThat(issue())
                .contains(
                        "web1: issued: its certificate ends in 29 days; ends 2027-06-01T00:00:00Z");
        assertThat(tool.file("hosts/web1.key")).isEqualTo(key);
        assertThat(issue()).isEqualTo("0 issued, 2 unchanged\n");
    }

    @Test
    void saysSoWhenTheCaEndsFirst() {
        tool.write("hosts.yml", TWO.replace("90d", "500d"));
        assertThat(issue()).contains("ends 2027-12-31T23:59:59Z");
        tool.at(ToolRun.NOW.plus(Duration.ofDays(300)));

        ToolRun.Result late = tool.run("issue", "-f", "hosts.yml");

        assertThat(late.text()).isEqualTo("0 issued, 2 unchanged\n");
        assertThat(late.stderr()).startsWith("Warning: 2 of them should be renewed and cannot be");
    }

    @Test
    void issuesAgainWhateverChanges() {
        Map<String, String> changes = new TreeMap<>();
        changes.put("groups: [web, all]", "groups: [web]");
        changes.put("networks: [10.42.0.2/16]", "networks: [10.42.0.9/16]");
        changes.put("networks: [10.42.0.2/16] ", "networks: [10.42.0.2/16, fd42::2/64]");
        changes.put("    groups: [web", "    unsafe_networks: 192.168.0.0/24\n    groups: [web");
        changes.put("  - name: web1", "  - name: web1\n    duration: 91d");
        changes.put("  - name: web1 ", "  - name: web1\n    version: both");
        changes.put("  - name: web1  ", "  - name: web1\n    version: 1");
        issue();
        changes.forEach(
                (old, now) -> {
                    tool.write("hosts.yml", TWO.replace(old.stripTrailing(), now));
                    assertThat(tool.ok("issue", "-f", "hosts.yml", "-dry-run"))
                            .as(now)
                            .containsPattern("web1: would be issued: its .* changed")
                            .endsWith("1 to issue, 1 unchanged\n");
                    assertThat(issue()).as(now).endsWith("1 issued, 1 unchanged\n");
                    assertThat(issue()).as(now).isEqualTo("0 issued, 2 unchanged\n");
                    tool.write("hosts.yml", TWO);
                    issue();
                });
    }

    @Test
    void orderOfGroupsAndNetworksIsNoChange() {
        tool.write("hosts.yml", TWO.replace("[10.42.0.2/16]", "[fd42::2/64, 10.42.0.2/16]"));
        issue();
        tool.write(
                "hosts.yml",
                TWO.replace("[10.42.0.2/16]", "[10.42.0.2/16, fd42::2/64]")
                        .replace("[web, all]", "[all, web]"));

        assertThat(issue()).isEqualTo("0 issued, 2 unchanged\n");
    }

    @Test
    void aDryRunNeedsNoKeyAndWritesNothing() throws IOException {
        Files.delete(directory.resolve("ca.key"));
        Map<String, String> before = files(directory);

        assertThat(tool.ok("issue", "-f", "hosts.yml", "-dry-run"))
                .isEqualTo(
                        """
                        web1: would be issued: new
                        db1: would be issued: new
                        2 to issue, 0 unchanged
                        """);
        assertThat(files(directory)).isEqualTo(before);
    }

    @Test
    void makesNewKeysWhenAsked() {
        issue();
        String key = tool.file("hosts/web1.key");

        assertThat(tool.ok("issue", "-f", "hosts.yml", "-reissue", "-new-keys"))
                .contains("web1: issued: asked for")
                .endsWith("2 issued, 0 unchanged\n");
        assertThat(tool.file("hosts/web1.key")).isNotEqualTo(key);
        assertThat(issue()).isEqualTo("0 issued, 2 unchanged\n");
        assertThat(hostFiles()).hasSize(4);
    }

    @Test
    void keepsTheKeyOfAHostThatHasItself() throws IOException {
        issue();
        Files.delete(directory.resolve("hosts/web1.key"));
        assertThat(issue()).isEqualTo("0 issued, 2 unchanged\n");
        String before = publicKeyOf("hosts/web1.crt");

        tool.ok("issue", "-f", "hosts.yml", "-reissue");

        assertThat(publicKeyOf("hosts/web1.crt")).isEqualTo(before);
        assertThat(directory.resolve("hosts/web1.key")).doesNotExist();
    }

    @Test
    void signsPublicKeysAndRequestsThatTheInventoryNames() {
        tool.ok("keygen", "-out-key", "a.key", "-out-pub", "a.pub");
        tool.ok("csr", "-name", "db1", "-groups", "admin");
        tool.write(
                "hosts.yml",
                TWO.replace("name: web1", "name: web1\n    in_pub: a.pub")
                        .replace("name: db1", "name: db1\n    in_pub: db1.csr"));

        issue();

        assertThat(hostFiles().keySet()).containsExactly("db1.crt", "web1.crt");
        assertThat(tool.ok("print", "-json", "-path", "hosts/db1.crt"))
                .contains("\"groups\":[\"all\"]");
        assertThat(issue()).isEqualTo("0 issued, 2 unchanged\n");
    }

    @Test
    void givesBothVersionsTheSameFirstNetwork() {
        tool.write(
                "hosts.yml",
                """
                hosts:
                  - name: h
                    networks: [fd42::2/64, 10.42.0.9/16, 10.42.0.2/16]
                    version: both
                """);
        issue();

        assertThat(tool.ok("print", "-json", "-path", "hosts/h.crt"))
                .contains("\"networks\":[\"10.42.0.2/16\"]")
                .contains("\"networks\":[\"10.42.0.2/16\",\"10.42.0.9/16\",\"fd42::2/64\"]");
        tool.ok("verify", "-ca", "ca.crt", "-crt", "hosts/h.crt");
        assertThat(issue()).isEqualTo("0 issued, 1 unchanged\n");
    }

    @Test
    void refusesAllWhenOneHostIsWrong() {
        tool.ok(
                "ca",
                "-name",
                "l",
                "-version",
                "2",
                "-groups",
                "web,all",
                "-networks",
                "10.42.0.0/16",
                "-out-crt",
                "l.crt",
                "-out-key",
                "l.key");
        tool.write(
                "hosts.yml",
                TWO
                        + """
                          - name: bad
                            networks: [10.43.0.4/16]
                            groups: [web, admin]
                            curve: P256
                          - name: worse
                            networks: [10.43.0.5/16]
                        """);

        assertThat(tool.refused("issue", "-f", "hosts.yml", "-ca-crt", "l.crt", "-ca-key", "l.key"))
                .isEqualTo(
                        """
                        Error: hosts.yml:10:5: bad wants the curve P256, and the CA's is CURVE25519
                        hosts.yml:14:5: worse: certificate contained a network assignment outside the \
                        limitations of the signing ca: 10.43.0.5/16""");
        assertThat(directory.resolve("hosts/web1.crt")).doesNotExist();
    }

    @Test
    void neverOverwritesACertificateFileThatItCannotRead() {
        issue();
        tool.write("hosts/web1.crt", "mine\n");

        assertThat(tool.refused("issue", "-f", "hosts.yml")).startsWith("Error: ");
        assertThat(tool.file("hosts/web1.crt")).isEqualTo("mine\n");
    }

    /** The key of a CA may be elsewhere, so that only its certificate is in the way. */
    @Test
    void neverPutsAHostInPlaceOfACa() throws IOException {
        Files.createDirectory(directory.resolve("safe"));
        Files.move(directory.resolve("ca.key"), directory.resolve("safe/ca.key"));
        String before = tool.file("ca.crt");
        tool.write("hosts.yml", "hosts:\n  - {name: ca, networks: [10.42.0.2/16]}\n");

        assertThat(tool.refused("issue", "-f", "hosts.yml", "-ca-key", "safe/ca.key", "-out", "."))
                .contains("hosts.yml:2:", "ca.crt is the certificate of a CA", "another folder");
        assertThat(tool.file("ca.crt")).isEqualTo(before);
    }

    @Test
    void replacesACertificateThatAnotherCaOrNobodySigned() {
        issue();
        tool.ok("ca", "-name", "other", "-version", "2", "-out-crt", "o.crt", "-out-key", "o.key");

        assertThat(tool.ok("issue", "-f", "hosts.yml", "-ca-crt", "o.crt", "-ca-key", "o.key"))
                .contains("web1: issued: its certificate is not one of this CA");
        tool.ok("verify", "-ca", "o.crt", "-crt", "hosts/web1.crt");
    }

    @Test
    void namesTheFileThatItCannotUse() {
        issue();
        for (String file : List.of("hosts/web1.crt", "hosts/db1.key")) {
            tool.write(file, "no PEM");
        }

        assertThat(tool.run("issue", "-f", "hosts.yml", "-reissue").stderr())
                .contains(
                        "web1: cannot use " + directory.resolve("hosts/web1.crt") + ": ",
                        "db1: cannot use " + directory.resolve("hosts/db1.key") + ": ",
                        "; move it away, and a new one is made");
    }

    @Test
    void namesTheFileThatTheSystemRefuses() throws IOException {
        Path lock = Files.createDirectory(directory.resolve("ca.lock"));

        assertThat(tool.refused("issue", "-f", "hosts.yml"))
                .isEqualTo("Error: cannot open the record of the CA: " + lock + ": Is a directory");
        assertThat(tool.refused("revoke", "-name", "web1"))
                .isEqualTo("Error: error while revoking: " + lock + ": Is a directory");
    }

    /** Whoever may write there may put a key of his own in place of a host's, whatever the umask says. */
    @Test
    void itsFolderIsTheOwners() throws IOException {
        issue();

        assertThat(Files.getPosixFilePermissions(directory.resolve("hosts")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void signsNoRevokedKeyAgain() throws IOException {
        issue();
        tool.ok("revoke", "-name", "web1");

        assertThat(tool.refused("issue", "-f", "hosts.yml"))
                .startsWith(
                        "Error: hosts.yml:5:5: web1 was revoked, and its key is not signed again");
        Files.delete(directory.resolve("hosts/web1.key"));
        Files.delete(directory.resolve("hosts/web1.crt"));
        assertThat(issue()).endsWith("1 issued, 1 unchanged\n");
    }

    @Test
    void writesForTheOwnerOnlyAndLeavesNothingElse() throws IOException {
        issue();

        assertThat(files(directory).keySet())
                .containsExactly(
                        "ca.crt",
                        "ca.issued.jsonl",
                        "ca.key",
                        "ca.lock",
                        "hosts.yml",
                        "hosts/db1.crt",
                        "hosts/db1.key",
                        "hosts/web1.crt",
                        "hosts/web1.key");
        for (String name : files(directory).keySet()) {
            if (!name.equals("hosts.yml")) {
                Path file = directory.resolve(name);
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(name)
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void finishesWhatAKilledProcessBegan() throws IOException {
        issue();
        String oldKey = tool.file("hosts/web1.key");
        tool.ok("issue", "-f", "hosts.yml", "-reissue", "-new-keys");
        // As if it had been killed before the new key took its name, and once while it wrote a
        // file.
        Files.move(directory.resolve("hosts/web1.key"), directory.resolve("hosts/web1.key.next"));
        tool.write("hosts/web1.key", oldKey);
        tool.write("hosts/.asterism-cert123.tmp", "half");

        assertThat(issue()).isEqualTo("0 issued, 2 unchanged\n");
        assertThat(hostFiles().keySet())
                .containsExactly("db1.crt", "db1.key", "web1.crt", "web1.key");
        assertThat(tool.file("hosts/web1.key")).isNotEqualTo(oldKey);
    }

    /** Against an oracle that only compares texts: exactly the hosts whose lines changed get a certificate. */
    @Test
    void issuesExactlyTheHostsThatChanged() {
        Random random = new Random(11);
        List<String> hosts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            hosts.add(randomHost(i, random));
        }
        tool.write("hosts.yml", "hosts:\n" + String.join("", hosts));
        issue();
        for (int round = 0; round < 10; round++) {
            List<String> changed = new ArrayList<>();
            for (int i = 0; i < hosts.size(); i++) {
                String now = random.nextInt(8) == 0 ? randomHost(i, random) : hosts.get(i);
                if (!now.equals(hosts.set(i, now))) {
                    changed.add("h" + i);
                }
            }
            tool.write("hosts.yml", "hosts:\n" + String.join("", hosts));
            List<String> issued =
                    issue().lines()
                            .filter(line -> line.contains(": issued: "))
                            .map(line -> line.substring(0, line.indexOf(':')))
                            .toList();
            assertThat(issued).as("round %d", round).containsExactlyElementsOf(changed);
        }
        assertThat(tool.ok("audit")).contains("all in order");
    }

    private static String randomHost(int number, Random random) {
        return "  - {name: h%d, networks: [10.%d.%d.1/8], groups: [g%d], duration: %dd}\n"
                .formatted(
                        number,
                        random.nextInt(4) + 1,
                        number,
                        random.nextInt(3),
                        30 * (1 + random.nextInt(2)));
    }

    private String issue() {
        return tool.ok("issue", "-f", "hosts.yml");
    }

    private String publicKeyOf(String crt) {
        String json = tool.ok("print", "-json", "-path", crt);
        return json.replaceAll(".*\"publicKey\":\"([0-9a-f]*)\".*\\s*", "$1");
    }

    private Map<String, String> hostFiles() {
        return files(directory.resolve("hosts"));
    }

    private static Map<String, String> files(Path folder) {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                contents.put(folder.relativize(file).toString(), Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return contents;
    }
}
