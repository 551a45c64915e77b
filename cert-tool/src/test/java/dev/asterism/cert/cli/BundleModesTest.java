package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.cert.cli.ToolRun.Result;
import dev.asterism.overlay.revocation.BundleException;
import dev.asterism.overlay.revocation.RevocationBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleModesTest {

    private static final String STRANGER = "4c".repeat(32);

    @TempDir Path directory;

    private ToolRun tool = new ToolRun(Path.of(""));

    @BeforeEach
    void enterDirectory() {
        tool = new ToolRun(directory);
    }

    private void ok(String line) {
        Result result = tool.run(line.split(" "));
        assertThat(result.stderr()).isEmpty();
        assertThat(result.exit()).isZero();
    }

    private String refused(String line) {
        Result result = tool.run(line.split(" "));
        assertThat(result.exit()).isEqualTo(1);
        return result.complaint();
    }

    private void makeCa(String curve) {
        ok("ca -name mesh -curve " + curve + " -duration 8760h");
        ok("sign -name laptop -networks 10.42.0.7/16");
        ok("bundle delegate -duration 2000h");
    }

    private RevocationBundle bundle(String file) {
        try {
            return RevocationBundle.ofPem(tool.file(file));
        } catch (BundleException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"25519", "P256"})
    void signsABundleThatVerifies(String curve) {
        makeCa(curve);
        Result signed =
                tool.run("bundle", "sign", "-first", "-add", "laptop.crt", "-next-in", "168h");

        assertThat(signed.stderr()).isEmpty();
        assertThat(signed.text())
                .isEqualTo(
                        "added "
                                + tool.fingerprint("laptop.crt")
                                + "\nbundle 1.1, 1 certificate, 1 added, 0 removed: bundle-1.1.pem\n");
        ok("bundle verify -ca ca.crt -path bundle-1.1.pem");
        RevocationBundle bundle = bundle("bundle-1.1.pem");
        assertThat(bundle.revoked()).hasToString("[" + tool.fingerprint("laptop.crt") + "]");
        assertThat(bundle.head().issuedAt()).isEqualTo(ToolRun.NOW);
        assertThat(bundle.head().nextDueAt()).isEqualTo(ToolRun.NOW.plus(Duration.ofDays(7)));
    }

    @Test
    void countsOnFromTheBundleBefore() {
        makeCa("25519");
        ok("bundle sign -first -add laptop.crt");
        ok("bundle sign -base bundle-1.1.pem -add " + STRANGER);
        Result third =
                tool.run("bundle", "sign", "-base", "bundle-1.2.pem", "-remove", "laptop.crt");

        assertThat(third.text())
                .isEqualTo(
                        "removed "
                                + tool.fingerprint("laptop.crt")
                                + "\nbundle 1.3, 1 certificate, 0 added, 1 removed: bundle-1.3.pem\n");

        assertThat(bundle("bundle-1.2.pem").revoked()).hasSize(2);
        assertThat(bundle("bundle-1.3.pem").revoked()).hasToString("[" + STRANGER + "]");
    }

    /** Without the bundle before, everything that it revoked would be valid again. */
    @Test
    void wantsTheBundleBeforeOrTheWordThatThereIsNone() {
        makeCa("25519");

        assertThat(refused("bundle sign -add laptop.crt"))
                .contains("-base with the last bundle", "-first");
        ok("bundle sign -first -add laptop.crt");
        assertThat(refused("bundle sign -first -base bundle-1.1.pem")).contains("not both");
    }

    @Test
    void revokesNoCa() {
        makeCa("25519");
        String advice = "pki.blocklist";

        assertThat(refused("bundle sign -first -add ca.crt")).contains("\"mesh\"", advice);
        assertThat(refused("bundle sign -first -add " + tool.fingerprint("ca.crt")))
                .contains(advice);
    }

    /** Nodes whose clock is a little behind take its first bundle, too. */
    @Test
    void theDelegationBeginsFiveMinutesAgo() {
        makeCa("25519");
        ok("bundle sign -first -add laptop.crt");

        assertThat(bundle("bundle-1.1.pem").head().delegation().validity().notBefore())
                .isEqualTo(ToolRun.NOW.minusSeconds(300).getEpochSecond());
    }

    @Test
    void takesTheListsThatPeopleHave() throws IOException {
        makeCa("25519");
        Files.writeString(
                directory.resolve("blocklist.yml"),
                "# Made by asterism-cert revoke.\npki:\n  blocklist:\n    - "
                        + STRANGER
                        + " # laptop\n");
        Files.writeString(
                directory.resolve("list.txt"),
                "# stolen\n\n" + STRANGER.toUpperCase(Locale.ROOT) + "  # one\n");
        ok("bundle sign -first -from blocklist.yml -out a.pem");
        ok("bundle sign -first -from list.txt -out b.pem");

        assertThat(bundle("a.pem").revoked()).hasToString("[" + STRANGER + "]");
        assertThat(bundle("b.pem").revoked()).hasToString("[" + STRANGER + "]");
        Files.writeString(directory.resolve("list.txt"), STRANGER + "\n4c4c\n");
        assertThat(refused("bundle sign -first -from list.txt -out c.pem"))
                .isEqualTo("Error: list.txt: line 2: not a fingerprint of 64 hex digits: 4c4c");
    }

    @Test
    void aNewDelegationBeginsAnew() {
        makeCa("25519");
        ok("bundle sign -first -version 9223372036854775806 -add laptop.crt -out thief.pem");
        assertThat(refused("bundle sign -base thief.pem"))
                .contains("after the last one only a new delegation helps");
        ok("bundle delegate -number 2 -out-key new.key -out-delegation new.delegation");
        ok("bundle sign -key new.key -delegation new.delegation -base thief.pem");

        assertThat(bundle("bundle-2.1.pem").number().isNewerThan(bundle("thief.pem").number()))
                .isTrue();
        assertThat(refused("bundle sign -base bundle-2.1.pem")).contains("delegation 1 is older");
    }

    @Test
    void showsWhatABundleSays() {
        makeCa("25519");
        ok("bundle sign -first -add " + STRANGER);

        assertThat(tool.run("bundle", "print", "-path", "bundle-1.1.pem", "-json").text())
                .contains(
                        "\"number\":\"1.1\"",
                        "\"revoked\":[\"" + STRANGER + "\"]",
                        "\"ca\":\"" + tool.fingerprint("ca.crt") + "\"",
                        "\"issued\":\"2027-01-01T00:00:00Z\"",
                        "\"nextDue\":null");
    }

    @Test
    void verifyRefusesWhatANodeWouldRefuse() {
        makeCa("25519");
        ok("bundle sign -first -add laptop.crt");
        ok("ca -name other -out-crt other.crt -out-key other.key");

        assertThat(refused("bundle verify -ca other.crt -path bundle-1.1.pem"))
                .startsWith("Error: bundle 1.1: no CA of pki.ca");
        tool.at(ToolRun.NOW.plus(Duration.ofHours(2001)));
        assertThat(refused("bundle verify -ca ca.crt -path bundle-1.1.pem"))
                .contains("the delegation is not valid now");
        assertThat(refused("bundle sign -first -out x.pem")).contains("the delegation ended");
    }

    @Test
    void warnsBeforeTheDelegationEnds() {
        makeCa("25519");
        tool.at(ToolRun.NOW.plus(Duration.ofHours(2000 - 29 * 24)));
        Result signed = tool.run("bundle", "sign", "-first");

        assertThat(signed.exit()).isZero();
        assertThat(signed.stderr())
                .startsWith("warning: the delegation ends ")
                .contains("bundle delegate -number 2");
    }

    @Test
    void theDelegationEndsNoLaterThanTheCa() {
        ok("ca -name mesh -duration 10h");
        ok("bundle delegate -duration 8760h");
        ok("sign -name laptop -networks 10.42.0.7/16");
        tool.run("bundle", "sign", "-first", "-add", "laptop.crt");

        Instant end = bundle("bundle-1.1.pem").head().delegation().validity().end();
        assertThat(end).isEqualTo(ToolRun.NOW.plus(Duration.ofHours(10)));
    }

    @Test
    void writesTheKeyForItsOwnerOnlyAndNeverOverAnother() throws IOException {
        makeCa("25519");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(directory.resolve("bundle.key"))))
                .isEqualTo("rw-------");
        String before = tool.file("bundle.key");

        assertThat(refused("bundle delegate"))
                .isEqualTo("Error: refusing to overwrite existing key: bundle.key");
        assertThat(tool.file("bundle.key")).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bundle | Error: unknown mode: bundle",
                "bundle sgin | Error: unknown mode: bundle sgin",
                "bundle sign -first -policy x | Error: -policy is not supported yet",
                "bundle sign -first -add 4c4c | Error: -add is neither a fingerprint nor a file: open 4c4c: no such file or directory",
                "bundle sign -first -key ca.key | Error: the key is not the one that the delegation names",
                "bundle sign -first -delegation ca.crt | Error: ca.crt has no whole block ASTERISM BUNDLE DELEGATION",
                "bundle print | Error: -path is required",
                "bundle print -path ca.crt | Error: error while parsing path: not a revocation bundle: the file has no whole block ASTERISM REVOCATION BUNDLE",
                "bundle delegate -number 0 | Error: -number must be between 1 and 2147483646",
                "bundle delegate -duration 0s | Error: -duration must be positive"
            })
    void saysWhatIsWrong(String line, String complaint) {
        makeCa("25519");

        assertThat(refused(line)).isEqualTo(complaint);
    }
}
