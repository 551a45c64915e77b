package dev.asterism.agent.enrol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.agent.client.ExitCode;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.enrol.EnrolToken;
import dev.asterism.overlay.io.Bytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrolCommandTest {

    private static final Duration LIFE = Duration.ofHours(3);

    /** What the server takes, and by so much a certificate begins earlier. */
    private static final Duration SLOW_CLOCK = Duration.ofMinutes(5);

    @TempDir private Path folder;
    private EnrolmentServer server;
    private final MovedClock clock = new MovedClock();
    private Map<String, String> environment = Map.of();

    @BeforeEach
    void open() throws Exception {
        Files.createDirectory(folder.resolve("server"));
        server = new EnrolmentServer(folder.resolve("server"), Curve.CURVE25519, clock);
    }

    @AfterEach
    void close() throws Exception {
        server.close();
    }

    private record Result(int exit, String out, String err) {}

    private Result run(String stdin, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit =
                new EnrolCommand(
                                new EnrolConsole(
                                        new ByteArrayInputStream(
                                                stdin.getBytes(StandardCharsets.US_ASCII)),
                                        new PrintStream(out, true, StandardCharsets.UTF_8),
                                        new PrintStream(err, true, StandardCharsets.UTF_8),
                                        environment,
                                        folder,
                                        clock,
                                        new SecureRandom()::nextBytes))
                        .run(args);
        return new Result(
                exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private String file(String name) throws IOException {
        return Files.readString(folder.resolve("pki").resolve(name));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("pki"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aTokenBecomesFilesThatANodeStartsWith() throws Exception {
        EnrolToken token = server.invite("laptop", LIFE);

        Result result = run(token.encode() + "\n", "enroll", "-", "--out", "pki");

        assertThat(result.err()).isEmpty();
        assertThat(result.exit()).isEqualTo(ExitCode.OK);
        assertThat(files()).containsExactly("ca.crt", "host.crt", "host.crt.renewal", "host.key");
        for (String name : files()) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(
                                            folder.resolve("pki").resolve(name))))
                    .as(name)
                    .isEqualTo("rw-------");
        }
        LocalIdentity identity =
                LocalIdentity.read(file("host.crt"), file("host.key"), clock.instant(), List.of())
                        .identity();
        assertThat(identity.credentials().getFirst().certificate().name()).isEqualTo("laptop");
        assertThat(result.out())
                .contains("This host is laptop, 10.42.0.9/16")
                .contains("pki: {ca: ", "host.crt", "asterism renew --out")
                .doesNotContain(token.encode())
                .doesNotContain("PRIVATE");
        String key = KeyPem.readPrivate(file("host.key")).publicKey().hex();
        assertThat(server.audit()).contains(key).doesNotContain(token.secret().hex());
    }

    @Test
    void takesTheTokenFromAFileOrTheEnvironment() throws Exception {
        Files.writeString(folder.resolve("token"), server.invite("a", LIFE).encode());
        assertThat(run("", "enroll", "--token-file", "token", "--out", "one").exit())
                .isEqualTo(ExitCode.OK);
        environment = Map.of("ASTERISM_TOKEN", server.invite("b", LIFE).encode());
        assertThat(run("", "enroll", "--out", "two").exit()).isEqualTo(ExitCode.OK);
        assertThat(run("", "enroll", server.invite("c", LIFE).encode(), "--out", "three").exit())
                .isEqualTo(ExitCode.OK);
    }

    @Test
    void overwritesNothing() throws Exception {
        Files.createDirectory(folder.resolve("pki"));
        Files.writeString(folder.resolve("pki").resolve("host.crt"), "mine");
        EnrolToken token = server.invite("laptop", LIFE);

        Result result = run(token.encode(), "enroll", "-", "--out", "pki");

        assertThat(result.exit()).isEqualTo(ExitCode.NOT_PERMITTED);
        assertThat(result.err()).contains("refusing to overwrite").contains("host.crt");
        assertThat(files()).containsExactly("host.crt");
        assertThat(run(token.encode(), "enroll", "-", "--out", "other").exit())
                .as("the token was not used")
                .isEqualTo(ExitCode.OK);
    }

    @Test
    void tellsNothingToAnotherServer() throws Exception {
        EnrolToken token =
                server.invite(
                        "laptop", LIFE, List.of(server.url()), Fingerprint.of(Bytes.ofHex("00")));

        Result result = run(token.encode(), "enroll", "-", "--out", "pki");

        assertThat(result.exit()).isEqualTo(ExitCode.NO);
        assertThat(result.err()).contains("is not the server that the token names");
        assertThat(server.audit()).isEmpty();
        assertThat(files()).noneMatch(name -> name.startsWith("host") || name.startsWith("ca"));
    }

    @Test
    void asksTheNextServerWhenOneIsAway() throws Exception {
        EnrolToken token =
                server.invite(
                        "laptop", LIFE, List.of("https://127.0.0.1:1", server.url()), server.pin());

        assertThat(run(token.encode(), "enroll", "-", "--out", "pki").exit())
                .isEqualTo(ExitCode.OK);
    }

    /** The answer was lost, or the host was switched off: the key is there under its own name. */
    @Test
    void getsTheSameCertificateWhenItIsInterrupted() throws Exception {
        EnrolToken token = server.invite("laptop", LIFE);
        run(token.encode(), "enroll", "-", "--out", "pki");
        String certificate = file("host.crt");
        Path pki = folder.resolve("pki");
        Files.move(pki.resolve("host.key"), pki.resolve("." + token.id().hex() + ".key"));
        Files.delete(pki.resolve("ca.crt"));

        Result again = run(token.encode(), "enroll", "-", "--out", "pki");

        assertThat(again.err()).isEmpty();
        assertThat(file("host.crt")).isEqualTo(certificate);
        assertThat(files()).containsExactly("ca.crt", "host.crt", "host.crt.renewal", "host.key");
    }

    /** The answer to the first token was lost, and the host was enrolled with another one since. */
    @Test
    void leavesAnotherEnrolmentAloneWhenItIsRepeated() throws Exception {
        EnrolToken lost = server.invite("laptop", LIFE);
        run(lost.encode(), "enroll", "-", "--out", "pki");
        Path pki = folder.resolve("pki");
        Files.move(pki.resolve("host.key"), pki.resolve("." + lost.id().hex() + ".key"));
        for (String name : List.of("ca.crt", "host.crt", "host.crt.renewal")) {
            Files.delete(pki.resolve(name));
        }
        run(server.invite("desktop", LIFE).encode(), "enroll", "-", "--out", "pki");
        String certificate = file("host.crt");
        String key = file("host.key");

        Result again = run(lost.encode(), "enroll", "-", "--out", "pki");

        assertThat(again.exit()).isEqualTo(ExitCode.NOT_PERMITTED);
        assertThat(again.err()).contains("refusing to overwrite").contains("host.key");
        assertThat(file("host.crt")).isEqualTo(certificate);
        assertThat(file("host.key")).isEqualTo(key);
    }

    @Test
    void aHostWhoseClockIsBehindGetsACertificateThatItCanUse() throws Exception {
        startAheadBy(SLOW_CLOCK);

        Result result = run(server.invite("laptop", LIFE).encode(), "enroll", "-", "--out", "pki");

        assertThat(result.err()).isEmpty();
        assertThat(
                        LocalIdentity.read(
                                        file("host.crt"),
                                        file("host.key"),
                                        clock.instant(),
                                        List.of())
                                .identity()
                                .certificate()
                                .life())
                .isEqualTo(LIFE);
    }

    @Test
    void saysWhatIsWrongWithTheClock() throws Exception {
        startAheadBy(SLOW_CLOCK.plusSeconds(1));
        Duration tooShort = Duration.ofMinutes(4);

        Result far = run(server.invite("laptop", LIFE).encode(), "enroll", "-", "--out", "pki");
        startAheadBy(SLOW_CLOCK);
        Result brief = run(server.invite("guest", tooShort).encode(), "enroll", "-", "--out", "x");

        assertThat(far.exit()).isEqualTo(ExitCode.NO);
        assertThat(far.err()).contains("the host's clock is 301 s behind the server's; set it");
        assertThat(brief.exit()).isEqualTo(ExitCode.NO);
        assertThat(brief.err())
                .contains(
                        "is not valid before %s (system clock: %s); is the clock of this host right?"
                                .formatted(clock.instant().plusSeconds(288), clock.instant()));
    }

    private void startAheadBy(Duration ahead) throws Exception {
        server.close();
        server =
                new EnrolmentServer(
                        Files.createDirectory(folder.resolve("ahead" + ahead.toSeconds())),
                        Curve.CURVE25519,
                        Clock.offset(clock, ahead));
    }

    @Test
    void saysWhyTheServerRefuses() throws Exception {
        EnrolToken token = server.invite("laptop", LIFE);
        run(token.encode(), "enroll", "-", "--out", "pki");

        Result second = run(token.encode(), "enroll", "-", "--out", "other");

        assertThat(second.exit()).isEqualTo(ExitCode.NO);
        assertThat(second.err()).contains("used by another host");
    }

    @Test
    void worksWithAMeshOfP256() throws Exception {
        server.close();
        Files.createDirectory(folder.resolve("p256"));
        server = new EnrolmentServer(folder.resolve("p256"), Curve.P256, clock);

        Result result = run(server.invite("laptop", LIFE).encode(), "enroll", "-", "--out", "pki");

        assertThat(result.exit()).isEqualTo(ExitCode.OK);
        assertThat(CertificatePem.readFirst(file("host.crt")).curve()).isEqualTo(Curve.P256);
    }

    @Test
    void complainsAboutTheCommandLine() {
        assertThat(run("", "enroll").err()).contains("no token");
        assertThat(run("", "enroll", "x").err()).contains("does not start with");
        assertThat(run("", "enroll", "a", "b").err()).contains("one token");
        assertThat(run("", "enroll", "--out").err()).contains("needs a path");
        assertThat(run("", "enroll", "--now").err()).contains("belongs to renew");
        assertThat(run("", "renew", "x").err()).contains("takes no token");
        assertThat(run("", "renew", "--nw").err()).contains("unknown option");
        assertThat(run("", "enroll").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(run("", "enroll", "--help").out()).contains("--token-file");
    }

    /** The server has gone over to another CA and this host does not trust it yet: it keeps what works. */
    @Test
    void takesNoCertificateOfACaThatTheHostDoesNotTrust() throws Exception {
        run(server.invite("laptop", LIFE).encode(), "enroll", "-", "--out", "pki");
        String before = file("host.crt");
        TestPki other = TestPki.seeded(8);
        Files.writeString(folder.resolve("pki/ca.crt"), CertificatePem.encode(other.ca()));
        clock.pass(LIFE.multipliedBy(3).dividedBy(4));

        Result result = run("", "renew", "--out", "pki");

        assertThat(result.exit()).isEqualTo(ExitCode.NOT_PERMITTED);
        assertThat(result.err()).contains("pki/ca.crt", "could not find ca", "add the CA");
        assertThat(file("host.crt")).isEqualTo(before);
    }

    @Test
    void renewsForStockNebulaWhenItIsTime() throws Exception {
        run(server.invite("laptop", LIFE).encode(), "enroll", "-", "--out", "pki");
        String first = file("host.crt");
        String key = file("host.key");
        Path certificate = folder.resolve("pki/host.crt");
        Files.setPosixFilePermissions(certificate, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(run("", "renew", "--out", "pki").out()).contains("not due before");
        assertThat(run("", "renew", "--out", "pki", "--now").err()).contains("too early");
        clock.pass(LIFE.multipliedBy(3).dividedBy(4));

        assertThat(run("", "renew", "--out", "pki").out()).contains("renewed, valid until");

        assertThat(file("host.key")).isEqualTo(key);
        assertThat(CertificatePem.readFirst(file("host.crt")).notAfter())
                .isEqualTo(clock.instant().minus(SLOW_CLOCK).plus(LIFE));
        assertThat(file("host.crt")).isNotEqualTo(first);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(certificate)))
                .isEqualTo("rw-r--r--");
    }

    @Test
    void saysWhenTheCaEndsTheCertificate() throws Exception {
        clock.passUntil(server.caEnd().minus(LIFE).minusSeconds(600));
        run(server.invite("laptop", LIFE).encode(), "enroll", "-", "--out", "pki");
        clock.pass(LIFE.multipliedBy(3).dividedBy(4));

        Result renewed = run("", "renew", "--out", "pki");

        assertThat(renewed.exit()).isZero();
        assertThat(renewed.err())
                .contains(
                        "the CA expires " + server.caEnd() + " and the certificate with it",
                        "rotate plan");
    }

    @Test
    void aRenewalThatFailsChangesNothing() throws Exception {
        run(server.invite("laptop", LIFE).encode(), "enroll", "-", "--out", "pki");
        String first = file("host.crt");
        server.close();
        clock.pass(LIFE.multipliedBy(3).dividedBy(4));

        Result result = run("", "renew", "--out", "pki");

        assertThat(result.err()).contains("cannot be reached");
        assertThat(result.exit()).isEqualTo(ExitCode.NO);
        assertThat(file("host.crt")).isEqualTo(first);
    }
}
