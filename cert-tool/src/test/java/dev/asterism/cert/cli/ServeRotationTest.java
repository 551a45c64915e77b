package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.cert.serve.RawHttps;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.enrol.EnrolAnswer;
import dev.asterism.overlay.enrol.EnrolRequest;
import dev.asterism.overlay.enrol.EnrolToken;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve} and {@code rotate} as docs/enrolment.md puts them together. */
class ServeRotationTest {

    private static final Pattern SERVING = Pattern.compile("serving on \\S+?:(\\d+),");
    private static final String REVOKED = "the key was revoked; make a new one";
    private static final Duration TWO_THIRDS = Duration.ofDays(20);

    @TempDir Path directory;

    private final RandomSource random = new Random(3)::nextBytes;
    private final KeyPair keys = Dh.x25519().generate(random);
    private ToolRun tool = new ToolRun(Path.of(""));
    private Instant now = ToolRun.NOW;

    @BeforeEach
    void makeCa() {
        tool = new ToolRun(directory);
        tool.ok("ca", "-name", "old");
    }

    @Test
    void theNewCaRenewsForHostsOfTheOldOneAndNewHostsTrustBoth() throws Exception {
        String first = enrolled(keys, "ca").certificatePem();
        pass(TWO_THIRDS);
        beginRotation();

        EnrolAnswer renewed;
        EnrolAnswer fresh;
        try (BackgroundRun server = serve("n")) {
            renewed = ask(server, keys, new EnrolRequest.Grant.Renewal(first));
            fresh = ask(server, Dh.x25519().generate(random), invited("phone"));
        }

        assertThat(certificate(renewed).issuer()).hasToString(tool.fingerprint("n.crt"));
        assertThat(certificate(renewed).name()).isEqualTo("laptop");
        assertThat(trusted(renewed)).isEqualTo(trusted(fresh)).isEqualTo(both());
    }

    @Test
    void afterItsEndNewHostsTrustTheNewCaAlone() throws Exception {
        enrolled(keys, "ca");
        beginRotation();
        tool.ok("rotate", "issue", "-new-ca-key", "n.key");
        tool.ok("rotate", "issue", "-done", "all");
        tool.ok("rotate", "retire");

        EnrolAnswer fresh = enrolled(Dh.x25519().generate(random), "n");

        assertThat(trusted(fresh)).containsExactly(tool.fingerprint("n.crt"));
    }

    /** Before the new CA serves and while it does: the record of the old one counts. */
    @Test
    void whoWasRevokedUnderTheOldCaGetsNothingFromTheNewOne() throws Exception {
        KeyPair others = Dh.x25519().generate(random);
        String stolen = enrolled(keys, "ca").certificatePem();
        String later = enrolled(others, "ca", "phone").certificatePem();
        pass(TWO_THIRDS);
        tool.ok("revoke", "-name", "laptop");
        beginRotation();

        try (BackgroundRun server = serve("n")) {
            assertThat(refusal(server, keys, stolen)).isEqualTo(REVOKED);
            tool.ok("revoke", "-name", "phone");
            assertThat(refusal(server, others, later)).isEqualTo(REVOKED);
        }
        tool.write("laptop.crt", stolen);
        assertThat(renewedByHand("-old-ca", "ca.crt")).contains("the key of laptop was revoked");
        assertThat(tool.path("n.issued.jsonl")).content().doesNotContain("issued\",");
    }

    @Test
    void revokeNamesTheOtherCaOfARotation() throws Exception {
        String first = enrolled(keys, "ca").certificatePem();
        pass(TWO_THIRDS);
        beginRotation();
        try (BackgroundRun server = serve("n")) {
            ask(server, keys, new EnrolRequest.Grant.Renewal(first));
        }

        ToolRun.Result old = tool.run("revoke", "-name", "laptop");

        assertThat(old.exit()).isZero();
        assertThat(old.stderr())
                .startsWith("warning: laptop has certificates of another CA as well")
                .endsWith(
                        "asterism-cert revoke -ca-crt %s -name \"laptop\"\n"
                                .formatted(tool.path("n.crt")));
        assertThat(tool.ok("revoke", "-name", "laptop", "-ca-crt", "n.crt"))
                .as("the other is revoked by now")
                .contains("n.blocklist.yml blocks 1 certificate");
    }

    private String renewedByHand(String... more) {
        String[] renew = {"renew", "-crt", "laptop.crt", "-ca-crt", "n.crt", "-ca-key", "n.key"};
        return tool.refused(ToolRun.join(renew, more));
    }

    private void beginRotation() {
        tool.ok(
                "ca",
                "-name",
                "new",
                "-out-crt",
                "n.crt",
                "-out-key",
                "n.key",
                "-duration",
                "17520h");
        tool.ok("rotate", "plan", "-new-ca-crt", "n.crt");
        tool.ok("rotate", "trust", "-done", "all");
    }

    private List<String> both() {
        return List.of(tool.fingerprint("n.crt"), tool.fingerprint("ca.crt")).stream()
                .sorted()
                .toList();
    }

    private void pass(Duration time) {
        now = now.plus(time);
        tool.at(now);
    }

    private BackgroundRun serve(String ca) {
        return new BackgroundRun(
                tool,
                "serve",
                "-ca-crt",
                ca + ".crt",
                "-ca-key",
                ca + ".key",
                "-listen",
                "127.0.0.1:0",
                "-url",
                "https://127.0.0.1:1");
    }

    private EnrolAnswer enrolled(KeyPair host, String ca) throws Exception {
        return enrolled(host, ca, "laptop");
    }

    private EnrolAnswer enrolled(KeyPair host, String ca, String name) throws Exception {
        try (BackgroundRun server = serve(ca)) {
            server.awaitSaid(SERVING);
            return ask(server, host, invited(name));
        }
    }

    private EnrolRequest.Grant invited(String name) throws Exception {
        ToolRun.Result made = tool.run("invite", "-name", name, "-networks", "10.42.0.9/16");
        assertThat(made.exit()).as(made.stderr()).isZero();
        EnrolToken token = EnrolToken.decode(made.text());
        return new EnrolRequest.Grant.Invited(token.id(), token.secret());
    }

    private EnrolAnswer ask(BackgroundRun server, KeyPair host, EnrolRequest.Grant grant)
            throws Exception {
        RawHttps.Answer answer = answer(server, host, grant);
        assertThat(answer.fields().has("error") ? answer.error() : "").isEmpty();
        return EnrolAnswer.of(answer.fields());
    }

    private String refusal(BackgroundRun server, KeyPair host, String pem) throws Exception {
        RawHttps.Answer answer = answer(server, host, new EnrolRequest.Grant.Renewal(pem));
        return answer.fields().has("error") ? answer.error() : "it was renewed";
    }

    private RawHttps.Answer answer(BackgroundRun server, KeyPair host, EnrolRequest.Grant grant)
            throws Exception {
        int port = Integer.parseInt(server.awaitSaid(SERVING));
        return new RawHttps(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .post(EnrolRequest.by(host, grant, now, random).fields().encode());
    }

    private static Certificate certificate(EnrolAnswer answer) throws Exception {
        return CertificatePem.readFirst(answer.certificatePem());
    }

    private static List<String> trusted(EnrolAnswer answer) throws Exception {
        return CertificatePem.readUsable(answer.caPem()).certificates().stream()
                .map(ca -> ca.fingerprint().toString())
                .sorted()
                .toList();
    }
}
