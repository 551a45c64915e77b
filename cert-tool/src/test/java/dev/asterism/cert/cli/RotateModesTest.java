package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.cert.file.HeldLock;
import dev.asterism.overlay.cert.Certificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotateModesTest {

    @TempDir Path directory;

    private ToolRun tool = new ToolRun(Path.of(""));

    @BeforeEach
    void makeMesh() {
        tool = new ToolRun(directory);
        tool.ok("ca", "-name", "old", "-version", "2");
        tool.write(
                "hosts.yml",
                """
                hosts:
                  - {name: a, networks: [10.42.0.2/16], groups: [web], duration: 30d}
                  - {name: b, networks: [10.42.0.3/16], version: both}
                """);
        tool.ok("issue", "-f", "hosts.yml");
    }

    private void makeNewCa(String... more) {
        String[] call = {
            "ca",
            "-name",
            "new",
            "-version",
            "2",
            "-out-crt",
            "n.crt",
            "-out-key",
            "n.key",
            "-duration",
            "17520h"
        };
        String[] all = Arrays.copyOf(call, call.length + more.length);
        System.arraycopy(more, 0, all, call.length, more.length);
        tool.ok(all);
    }

    @Test
    void goesStepByStepAndCutsNobodyOff() {
        makeNewCa();
        assertThat(tool.ok("rotate", "plan", "-new-ca-crt", "n.crt"))
                .contains(
                        "1 trust: every host gets a bundle of both CAs: 0 of 2 hosts, missing a, b",
                        "next: asterism-cert rotate trust");
        assertThat(issue())
                .startsWith("Error: these hosts do not trust the new CA yet, and would be cut off");
        assertThat(tool.refused("rotate", "retire"))
                .startsWith(
                        "Error: these hosts still use certificates of the old CA, and would be cut off: a, b");

        assertThat(tool.ok("rotate", "trust"))
                .contains("ca.bundle.crt to the file of pki.ca", "2 hosts: a, b");
        tool.ok("verify", "-ca", "ca.bundle.crt", "-crt", "hosts/a.crt");
        assertThat(tool.ok("rotate", "trust", "-done", "a")).contains("1 host: b");
        assertThat(issue()).contains("cut off from every host that uses it: b;");
        assertThat(tool.ok("rotate", "trust", "-done", "b"))
                .isEqualTo("every host trusts both CAs; next: asterism-cert rotate issue\n");

        assertThat(tool.ok("rotate", "issue", "-new-ca-key", "n.key"))
                .contains(
                        "a: issued; ends 2027-01-31T00:00:00Z",
                        "b: issued; ends ",
                        "copy NAME.crt from rotated to the file of pki.cert");
        for (String host : new String[] {"a", "b"}) {
            tool.ok("verify", "-ca", "n.crt", "-crt", "rotated/" + host + ".crt");
            tool.ok("verify", "-ca", "ca.bundle.crt", "-crt", "rotated/" + host + ".crt");
            assertThat(directory.resolve("rotated/" + host + ".key")).doesNotExist();
        }
        assertThat(tool.refused("rotate", "retire")).contains("cut off: a, b");
        assertThat(tool.ok("rotate", "issue", "-done", "all"))
                .contains("next: asterism-cert rotate retire");

        assertThat(tool.ok("rotate", "retire")).contains("destroy the key");
        assertThat(tool.file("ca.bundle.crt")).isEqualTo(tool.file("n.crt"));
        assertThat(tool.ok("rotate")).endsWith("nothing is left to do here\n");
        assertThat(tool.ok("audit", "-ca-crt", "n.crt")).startsWith("4 lines, 3 certificates");
    }

    private String issue() {
        return tool.refused("rotate", "issue", "-new-ca-key", "n.key");
    }

    @Test
    void keepsContentAndKey() {
        makeNewCa();
        trustAll();
        tool.ok("rotate", "issue", "-new-ca-key", "n.key");

        for (String host : new String[] {"a", "b"}) {
            assertThat(content("rotated/" + host + ".crt"))
                    .isEqualTo(content("hosts/" + host + ".crt"));
        }
    }

    private String content(String crt) {
        return tool.ok("print", "-json", "-path", crt)
                .replaceAll("\"(fingerprint|issuer|signature|notAfter|notBefore)\":\"[^\"]*\"", "");
    }

    @Test
    void makesKeysWhenTheCurveChanges() {
        makeNewCa("-curve", "P256");
        trustAll();

        tool.ok("rotate", "issue", "-new-ca-key", "n.key");

        assertThat(tool.file("rotated/a.key")).startsWith("-----BEGIN NEBULA P256 PRIVATE KEY");
        tool.ok("verify", "-ca", "n.crt", "-crt", "rotated/a.crt");
    }

    @Test
    void resumesWhereItWasInterrupted() throws IOException {
        makeNewCa();
        trustAll();
        String before = tool.file("ca.rotation.json");
        tool.ok("rotate", "issue", "-new-ca-key", "n.key");
        String issued = tool.file("rotated/a.crt");
        // As if it had been killed after the first host and before its state was written.
        tool.write("ca.rotation.json", before);
        Files.delete(directory.resolve("rotated/b.crt"));

        assertThat(tool.ok("rotate", "issue", "-new-ca-key", "n.key"))
                .contains("b: issued")
                .doesNotContain("a: issued");
        assertThat(tool.file("rotated/a.crt")).isEqualTo(issued);
    }

    @Test
    void waitsForHostsThatCameLater() {
        makeNewCa();
        trustAll();
        tool.ok("sign", "-name", "late", "-networks", "10.42.0.9/16");

        assertThat(issue()).contains("cut off from every host that uses it: late;");
        tool.ok("rotate", "trust", "-done", "late");
        tool.ok("rotate", "issue", "-new-ca-key", "n.key");
        tool.ok("rotate", "issue", "-done", "all");
        tool.ok("sign", "-name", "later", "-networks", "10.42.0.10/16");
        assertThat(tool.refused("rotate", "retire")).contains("cut off: later;");
        tool.ok("revoke", "-name", "later");
        tool.ok("rotate", "retire");
    }

    /** Its key may be in somebody else's hands, and a new certificate of it is in no list. */
    @Test
    void whoWasRevokedUnderTheOldCaIsNotSignedByTheNewOne() {
        String[] sign = {"sign", "-networks", "10.42.0.7/16", "-in-pub", "c.pub"};
        tool.ok("keygen", "-out-key", "c.key", "-out-pub", "c.pub");
        tool.ok(ToolRun.join(sign, "-name", "c"));
        makeNewCa();
        trustAll();
        tool.ok("revoke", "-name", "a");
        tool.ok("revoke", "-name", "c");
        String[] next = {"-ca-crt", "n.crt", "-ca-key", "n.key"};

        String[] issue = ToolRun.join(new String[] {"issue", "-f", "hosts.yml"}, next);
        assertThat(tool.refused(issue)).contains("hosts.yml:2").contains("revoked");
        assertThat(tool.refused(ToolRun.join(issue, "-dry-run"))).contains("revoked");
        assertThat(tool.refused(ToolRun.join(ToolRun.join(sign, next), "-name", "c2")))
                .contains("nothing was issued: the key of c2 was revoked");
        assertThat(directory.resolve("c2.crt")).doesNotExist();
    }

    @Test
    void takesNoOnesWordForWhatCannotBe() {
        makeNewCa();
        tool.ok("rotate", "plan", "-new-ca-crt", "n.crt");

        assertThat(tool.refused("rotate", "trust", "-done", "nobody"))
                .isEqualTo("Error: -done names nobody, and no such host is in the rotation: a, b");
        trustAll();
        tool.ok("rotate", "issue", "-new-ca-key", "n.key");
        tool.ok("sign", "-name", "late", "-networks", "10.42.0.9/16");
        assertThat(tool.refused("rotate", "issue", "-done", "late"))
                .contains("do not trust the new CA yet");
    }

    @Test
    void issuesNothingWhenTheNewCaMayNotSignForOne() {
        makeNewCa("-groups", "db");
        trustAll();

        assertThat(issue())
                .isEqualTo(
                        "Error: the new CA may not sign for all hosts, and nothing was issued:\n"
                                + "a: certificate contained a group not present on the signing ca: web");
        assertThat(directory.resolve("rotated/b.crt")).doesNotExist();
    }

    @Test
    void saysHowToMakeTheNewCaAndRefusesOneThatDoesNotDo() {
        assertThat(tool.refused("rotate", "trust"))
                .isEqualTo(
                        "Error: no rotation has begun: \"rotate plan -new-ca-crt FILE\" begins one");
        assertThat(tool.refused("rotate", "plan")).isEqualTo("Error: -new-ca-crt is required");
        assertThat(tool.refused("rotate", "plan", "-new-ca-crt", "n.crt"))
                .isEqualTo(
                        "Error: there is no n.crt: make the new CA first, like this: asterism-cert ca -name"
                                + " \"old\" -version 2 -out-crt n.crt -out-key n.key");
        assertThat(tool.refused("rotate", "plan", "-new-ca-crt", "ca.crt"))
                .contains("are the same CA");
        assertThat(tool.refused("rotate", "plan", "-new-ca-crt", "hosts/a.crt"))
                .contains("is not a CA");
        tool.ok("ca", "-name", "s", "-duration", "1h", "-out-crt", "s.crt", "-out-key", "s.key");
        assertThat(tool.refused("rotate", "plan", "-new-ca-crt", "s.crt"))
                .contains("make one that lives longer");
        tool.write("ca.rotation.json", "{}");
        assertThat(tool.refused("rotate", "trust")).contains("is not the state of a rotation");
    }

    @Test
    void writesNoFileOutsideItsFolderWhateverAHostIsCalled() {
        makeNewCa();
        tool.ok(
                "sign",
                "-name",
                "../evil",
                "-networks",
                "10.42.0.9/16",
                "-out-crt",
                "x.crt",
                "-out-key",
                "x.key");
        trustAll();

        assertThat(issue())
                .isEqualTo(
                        "Error: error in the rotation: the name \"../evil\" cannot be the name of a file: it has a /;"
                                + " give the host another name");
        assertThat(directory.resolve("evil.crt")).doesNotExist();
        assertThat(directory.resolve("rotated/a.crt")).doesNotExist();
    }

    /** The record is read while nobody else changes the rotation: {@code sign} writes into it at any time. */
    @Test
    void cutsNobodyOffWhoCameWhileItWaited() throws Exception {
        makeNewCa();
        trustAll();
        tool.ok("rotate", "issue", "-new-ca-key", "n.key");
        tool.ok("rotate", "issue", "-done", "all");
        BackgroundRun retire;
        try (HeldLock _ = new HeldLock(directory.resolve("ca.lock"))) {
            retire = new BackgroundRun(tool, "rotate", "retire");
            retire.awaitSaid(Pattern.compile("(works with this CA, waiting)"));
            tool.ok("sign", "-name", "late", "-networks", "10.42.0.9/16");
        }

        assertThat(retire.exit()).isEqualTo(1);
        assertThat(retire.said()).contains("would be cut off: late;");
    }

    /** Renewals near the end of the old CA are short; with the new one they need not be. */
    @Test
    void givesTheWholeLifeAgain() {
        tool.ok(
                "ca",
                "-name",
                "short",
                "-duration",
                "1000h",
                "-out-crt",
                "s.crt",
                "-out-key",
                "s.key");
        tool.write("one.yml", "hosts:\n  - {name: c, networks: [10.42.0.4/16], duration: 30d}\n");
        tool.ok("issue", "-f", "one.yml", "-ca-crt", "s.crt", "-ca-key", "s.key", "-out", "one");
        tool.at(ToolRun.NOW.plus(Duration.ofDays(25)));
        tool.ok("renew", "-crt", "one/c.crt", "-ca-crt", "s.crt", "-ca-key", "s.key");
        makeNewCa();
        tool.ok("rotate", "plan", "-ca-crt", "s.crt", "-new-ca-crt", "n.crt");
        tool.ok("rotate", "trust", "-ca-crt", "s.crt", "-done", "all");

        tool.ok("rotate", "issue", "-ca-crt", "s.crt", "-new-ca-key", "n.key");

        assertThat(life("one/c.crt")).isEqualTo(Duration.ofSeconds(400 * 3600 - 1));
        assertThat(life("rotated/c.crt")).isEqualTo(Duration.ofDays(30));
    }

    private Duration life(String crt) {
        Certificate certificate = tool.certificate(crt);
        return Duration.between(certificate.notBefore(), certificate.notAfter());
    }

    private void trustAll() {
        tool.ok("rotate", "plan", "-new-ca-crt", "n.crt");
        tool.ok("rotate", "trust", "-done", "all");
    }
}
