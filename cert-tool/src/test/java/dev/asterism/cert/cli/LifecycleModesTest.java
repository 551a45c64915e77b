package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.cert.file.HeldLock;
import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.cert.SigningRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code renew}, {@code list}, {@code expiring}, {@code revoke} and {@code audit}. */
class LifecycleModesTest {

    @TempDir Path directory;

    private ToolRun tool = new ToolRun(Path.of(""));

    @BeforeEach
    void makeCa() {
        tool = new ToolRun(directory);
        tool.ok("ca", "-name", "root", "-version", "2");
    }

    private void sign(String name, String... more) {
        String[] call = {"sign", "-name", name, "-networks", "10.42.0.2/16", "-groups", "web"};
        String[] all = Arrays.copyOf(call, call.length + more.length);
        System.arraycopy(more, 0, all, call.length, more.length);
        tool.ok(all);
    }

    @Test
    void signWritesIntoARecordThatIsThere() {
        sign("before");
        assertThat(directory.resolve("ca.issued.jsonl")).doesNotExist();
        assertThat(tool.refused("list")).startsWith("Error: there is no record ca.issued.jsonl");
        tool.ok("audit", "-begin");
        assertThat(tool.refused("audit", "-begin")).startsWith("Error: there is a record already");

        sign("after");

        assertThat(tool.ok("list")).contains("after").doesNotContain("before");
    }

    @Test
    void signHandsNothingOutThatItCannotRecord() throws IOException {
        tool.ok("audit", "-begin");
        Files.delete(directory.resolve("ca.issued.jsonl"));
        Files.createDirectory(directory.resolve("ca.issued.jsonl"));

        assertThat(tool.refused("sign", "-name", "x", "-networks", "10.0.0.1/8"))
                .startsWith("Error: nothing was issued, as it could not be recorded: ");
        assertThat(directory.resolve("x.crt")).doesNotExist();
        assertThat(directory.resolve("x.key")).doesNotExist();
    }

    @Test
    void renewsWithTheSameContentKeyAndLife() {
        sign("web1", "-duration", "720h");
        Certificate before = tool.certificate("web1.crt");
        String key = tool.file("web1.key");
        tool.at(ToolRun.NOW.plus(Duration.ofDays(40)));

        assertThat(tool.ok("renew", "-crt", "web1.crt"))
                .isEqualTo("web1: renewed; ends 2027-03-12T00:00:00Z\n");

        Certificate after = tool.certificate("web1.crt");
        assertThat(after.groups()).isEqualTo(before.groups());
        assertThat(after.networks()).isEqualTo(before.networks());
        assertThat(after.publicKey()).isEqualTo(before.publicKey());
        assertThat(tool.file("web1.key")).isEqualTo(key);
        tool.ok("verify", "-ca", "ca.crt", "-crt", "web1.crt");
        assertThat(tool.ok("list")).contains("web1");
    }

    @Test
    void renewsWithANewKeyAndAnotherLife() {
        sign("web1");
        Certificate before = tool.certificate("web1.crt");

        tool.warned("renew", "-crt", "web1.crt", "-new-key", "-duration", "10d");

        Certificate after = tool.certificate("web1.crt");
        assertThat(after.publicKey()).isNotEqualTo(before.publicKey());
        assertThat(after.notAfter()).isEqualTo(ToolRun.NOW.plus(Duration.ofDays(10)));
        assertThat(tool.file("web1.key")).startsWith("-----BEGIN NEBULA X25519 PRIVATE KEY");
        assertThat(directory.resolve("web1.key.next")).doesNotExist();
    }

    /** Another {@code renew -new-key} had the lock: its key is beside what this one writes. */
    @Test
    void renewsTheKeyThatIsThereWhenItsTurnComes() throws Exception {
        sign("a");
        tool.warned("renew", "-crt", "a.crt");
        String crt = tool.file("a.crt");
        String key = tool.file("a.key");
        tool.warned("renew", "-crt", "a.crt", "-new-key");
        String newCrt = tool.file("a.crt");
        String newKey = tool.file("a.key");
        tool.write("a.crt", crt);
        tool.write("a.key", key);
        BackgroundRun renew;
        try (HeldLock _ = new HeldLock(tool.path("ca.lock"))) {
            renew = new BackgroundRun(tool, "renew", "-crt", "a.crt");
            renew.awaitSaid(Pattern.compile("(works with this CA, waiting)"));
            tool.write("a.crt", newCrt);
            tool.write("a.key", newKey);
        }

        assertThat(renew.exit()).as(renew.said()).isZero();
        assertThat(tool.certificate("a.crt").publicKey())
                .isEqualTo(KeyPem.readPrivate(newKey).publicKey());
    }

    @Test
    void renewsNothingThatThisCaDidNotSign() {
        tool.ok("ca", "-name", "other", "-version", "2", "-out-crt", "o.crt", "-out-key", "o.key");
        sign("web1", "-ca-crt", "o.crt", "-ca-key", "o.key");
        String before = tool.file("web1.crt");

        assertThat(tool.refused("renew", "-crt", "web1.crt"))
                .startsWith("Error: this CA did not sign web1.crt: could not find ca");
        assertThat(tool.file("web1.crt")).isEqualTo(before);
        tool.warned("renew", "-crt", "web1.crt", "-old-ca", "o.crt");
        tool.ok("verify", "-ca", "ca.crt", "-crt", "web1.crt");
    }

    @Test
    void listsForPeopleAndForPrograms() {
        tool.ok("audit", "-begin");
        sign("web1", "-duration", "240h");
        sign("web2");
        tool.warned("renew", "-crt", "web1.crt");
        tool.ok("revoke", "-name", "web2");

        assertThat(tool.ok("list"))
                .isEqualTo(
                        """
                        NAME  V  NETWORKS      GROUPS  ENDS                  STATE         FINGERPRINT
                        web1  2  10.42.0.2/16  web     2027-01-11T00:00:00Z  10 days left  %s
                        """
                                .formatted(tool.fingerprint("web1.crt")));
        assertThat(tool.ok("list", "-all").lines())
                .hasSize(4)
                .anyMatch(line -> line.startsWith("web2") && line.contains("revoked"));
        assertThat(tool.ok("list", "-json"))
                .startsWith("{\"v\":1,\"name\":\"web1\",\"version\":2,")
                .contains("\"state\":\"10 days left\"");
        assertThat(tool.ok("list", "-dir", ".").lines()).hasSize(4);
    }

    @Test
    void tellsWhatEndsSoon() {
        tool.ok("audit", "-begin");
        sign("web1", "-duration", "240h");
        sign("web2");

        assertThat(tool.ok("expiring", "-within", "9d")).isEmpty();
        ToolRun.Result soon = tool.run("expiring", "--within", "30d");
        assertThat(soon.exit()).isEqualTo(1);
        assertThat(soon.stderr()).isEmpty();
        assertThat(soon.text()).contains("web1").doesNotContain("web2", "root");
        assertThat(tool.run("expiring", "-within=366d", "-json").text().lines()).hasSize(3);
        assertThat(tool.run("expiring", "-dir", ".").exit()).isEqualTo(1);
        tool.at(ToolRun.NOW.plus(Duration.ofDays(20)));
        assertThat(tool.run("expiring").text()).contains("expired");
        tool.ok("revoke", "-name", "web2");
        assertThat(tool.refused("expiring", "-within", "soon"))
                .isEqualTo("Error: invalid -within: soon: write something like 30d or 720h");
    }

    @ParameterizedTest
    @ValueSource(strings = {"25519", "P256"})
    void blocksARevokedHostUnderBothFingerprints(String curve) throws CertificateException {
        tool.ok(
                "ca",
                "-name",
                "c",
                "-version",
                "2",
                "-curve",
                curve,
                "-out-crt",
                "c.crt",
                "-out-key",
                "c.key");
        tool.ok("audit", "-begin", "-ca-crt", "c.crt");
        sign("web1", "-ca-crt", "c.crt", "-ca-key", "c.key");
        Certificate host = tool.certificate("web1.crt");

        String said = tool.ok("revoke", "-name", "web1", "-ca-crt", "c.crt", "-reason", "stolen");

        assertThat(said)
                .startsWith("web1: revoked: " + host.fingerprint())
                .contains("c.blocklist.yml blocks 1 certificate.");
        List<String> entries =
                tool.file("c.blocklist.yml")
                        .lines()
                        .filter(line -> line.startsWith("    - "))
                        .map(line -> line.substring(6).replaceFirst(" #.*", ""))
                        .toList();
        Blocklist blocklist = Blocklist.parse(entries).blocklist();
        assertThat(blocklist.contains(host.fingerprint())).isTrue();
        if (host.alternateFingerprint() != null) {
            assertThat(blocklist.contains(host.alternateFingerprint())).isTrue();
            assertThat(
                            tool.ok(
                                    "revoke",
                                    "-ca-crt",
                                    "c.crt",
                                    "-fingerprint",
                                    host.alternateFingerprint().toString()))
                    .startsWith("web1: was revoked before: ");
        }
        assertThat(entries).hasSize(curve.equals("P256") ? 2 : 1);
        assertThat(tool.file("c.blocklist.yml")).contains("pki:\n  blocklist:\n");
        assertThat(
                        tool.refused(
                                "renew",
                                "-crt",
                                "web1.crt",
                                "-ca-crt",
                                "c.crt",
                                "-ca-key",
                                "c.key"))
                .startsWith("Error: the key of web1 was revoked");
        tool.warned(
                "renew", "-crt", "web1.crt", "-ca-crt", "c.crt", "-ca-key", "c.key", "-new-key");
    }

    @Test
    void revokesWhatNoRecordHas() {
        sign("web1");
        sign("web2");
        assertThat(tool.refused("revoke", "-name", "web1"))
                .startsWith("Error: the record has no such certificate");

        tool.ok("revoke", "-crt", "web1.crt");

        assertThat(tool.file("ca.blocklist.yml")).contains(tool.fingerprint("web1.crt"));
        assertThat(tool.ok("audit")).startsWith("2 lines, 0 certificates");
        tool.ok("keygen", "-out-key", "k", "-out-pub", "p");
        assertThat(
                        tool.refused(
                                "sign",
                                "-name",
                                "again",
                                "-networks",
                                "10.0.0.1/8",
                                "-in-pub",
                                publicKeyOf("web1")))
                .contains("was revoked, and no certificate is issued for it again");
        assertThat(directory.resolve("again.crt")).doesNotExist();
    }

    private String publicKeyOf(String name) {
        tool.ok("csr", "-name", name, "-in-key", name + ".key");
        return pubOf(name);
    }

    private String pubOf(String name) {
        try {
            SigningRequest request = SigningRequest.read(tool.file(name + ".csr"));
            tool.write(name + ".pub", KeyPem.encodePublic(request.publicKey()));
            return name + ".pub";
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void forgetsInTheListWhatHasEnded() {
        tool.ok("audit", "-begin");
        sign("web1", "-duration", "240h");
        tool.ok("revoke", "-name", "web1");
        sign("web2");
        tool.at(ToolRun.NOW.plus(Duration.ofDays(11)));

        tool.ok("revoke", "-name", "web2");

        assertThat(tool.file("ca.blocklist.yml"))
                .contains(tool.fingerprint("web2.crt"))
                .doesNotContain(tool.fingerprint("web1.crt"));
    }

    @Test
    void leavesABlocklistAloneThatSomebodyWrote() {
        sign("web1");
        tool.write("mine.yml", "pki:\n  blocklist: [x]\n");

        assertThat(tool.refused("revoke", "-crt", "web1.crt", "-out-blocklist", "mine.yml"))
                .contains("was not made by revoke: move it away, or name another");
        assertThat(tool.file("mine.yml")).isEqualTo("pki:\n  blocklist: [x]\n");
        assertThat(tool.refused("revoke"))
                .isEqualTo("Error: one of -name, -fingerprint and -crt is required");
    }

    @Test
    void auditFindsWhatWasRemovedFromTheEnd() throws IOException {
        tool.ok("audit", "-begin");
        sign("web1");
        sign("web2");
        String head = tool.ok("audit").replaceFirst("(?s).*head ", "").strip();
        List<String> lines = Files.readAllLines(directory.resolve("ca.issued.jsonl"));
        tool.ok("audit", "-head", head);

        tool.write("ca.issued.jsonl", lines.get(0) + "\n" + lines.get(1) + "\n");

        tool.ok("audit");
        assertThat(tool.refused("audit", "-head", head))
                .startsWith("Error: no line of the record has the digest " + head);
        tool.write("ca.issued.jsonl", lines.get(0) + "\n" + lines.get(2) + "\n");
        assertThat(tool.refused("audit"))
                .endsWith(
                        "ca.issued.jsonl:2: the line does not follow the one before: lines were"
                                + " changed or are missing");
    }

    @Test
    void passphraseComesFromADescriptor() {
        tool.passing(7, "s3cret")
                .ok(
                        "ca",
                        "-name",
                        "e",
                        "-version",
                        "2",
                        "-encrypt",
                        "-argon-memory",
                        "64",
                        "-passphrase-fd",
                        "7",
                        "-out-crt",
                        "e.crt",
                        "-out-key",
                        "e.key");

        tool.passing(8, "s3cret");
        sign("web1", "-ca-crt", "e.crt", "-ca-key", "e.key", "--passphrase-fd=8");
        assertThat(
                        tool.refused(
                                "sign",
                                "-name",
                                "x",
                                "-networks",
                                "10.0.0.1/8",
                                "-ca-crt",
                                "e.crt",
                                "-ca-key",
                                "e.key",
                                "-passphrase-fd",
                                "8"))
                .isEqualTo(
                        "Error: cannot read the passphrase from descriptor 8: no such file or directory");
        assertThat(
                        tool.refused(
                                "sign",
                                "-name",
                                "x",
                                "-networks",
                                "10.0.0.1/8",
                                "-ca-crt",
                                "e.crt",
                                "-ca-key",
                                "e.key",
                                "-passphrase-fd",
                                "eight"))
                .isEqualTo("Error: -passphrase-fd must be the number of an open descriptor: eight");
    }
}
