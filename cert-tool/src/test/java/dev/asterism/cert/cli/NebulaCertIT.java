package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both directions with a real nebula-cert, from {@code NEBULA_BIN} or the PATH; version 2 from {@code NEBULA_1_12}. */
class NebulaCertIT {

    private static final String PASSPHRASE = "s3crét";

    @TempDir Path directory;

    private Path nebulaCert = Path.of("");
    private ToolRun tool = new ToolRun(Path.of(""));

    @BeforeEach
    void findRealTool() {
        Optional<Path> found = find();
        if (found.isEmpty()) {
            Assumptions.abort(
                    "NOT RUN: no nebula-cert on the PATH or in NEBULA_BIN; install nebula or set it");
        }
        nebulaCert = found.orElseThrow();
        tool = new ToolRun(directory).live();
    }

    @Test
    void realToolAcceptsOurCertificates() throws IOException, InterruptedException {
        ours("ca -version 1 -groups web,db -networks 10.42.0.0/16 -name root".split(" ", -1));
        ours("sign", "-name", "büro", "-networks", "10.42.0.2/16", "-groups", "web");

        real("verify", "-ca", "ca.crt", "-crt", "büro.crt");
        assertThat(real("print", "-json", "-path", "büro.crt"))
                .contains("\"name\":\"büro\"", "\"10.42.0.2/16\"", fingerprintOf("büro.crt"));
    }

    @Test
    void weAcceptCertificatesOfTheRealTool() throws IOException, InterruptedException {
        real("ca", "-name", "their root", "-ips", "10.42.0.0/16", "-subnets", "192.168.0.0/16");
        real("sign", "-name", "h", "-ip", "10.42.0.3/16", "-subnets", "192.168.7.0/24");

        ours("verify", "-ca", "ca.crt", "-crt", "h.crt");
        assertThat(real("print", "-json", "-path", "h.crt")).contains(fingerprintOf("h.crt"));
    }

    @Test
    void keysCrossOver() throws IOException, InterruptedException {
        ours("ca -version 1 -name root -out-key o.key -out-crt o.crt".split(" ", -1));
        real("ca", "-name", "their root", "-out-key", "t.key", "-out-crt", "t.crt");
        ours("keygen", "-out-key", "ok", "-out-pub", "ok.pub");
        real("keygen", "-out-key", "tk", "-out-pub", "tk.pub");

        real(
                "sign",
                "-ca-key",
                "o.key",
                "-ca-crt",
                "o.crt",
                "-name",
                "a",
                "-ip",
                "10.0.0.1/8",
                "-in-pub",
                "ok.pub");
        ours(
                "sign",
                "-ca-key",
                "t.key",
                "-ca-crt",
                "t.crt",
                "-name",
                "b",
                "-ip",
                "10.0.0.2/8",
                "-in-pub",
                "tk.pub");

        ours("verify", "-ca", "o.crt", "-crt", "a.crt");
        real("verify", "-ca", "t.crt", "-crt", "b.crt");
    }

    @Test
    void bothRefuseWhatIsOutsideTheCa() throws IOException, InterruptedException {
        ours(
                "ca -version 1 -name root -out-key k -out-crt c -networks 10.42.0.0/16"
                        .split(" ", -1));
        String[] sign = {
            "sign", "-ca-key", "k", "-ca-crt", "c", "-name", "x", "-ip", "10.43.0.1/16"
        };

        assertThat(tool.run(sign).stderr()).contains("outside the limitations of the signing ca");
        assertThat(start(sign).stderr()).contains("outside the limitations of the signing ca");
    }

    private static final String INVENTORY =
            """
            defaults: {groups: [web, db], unsafe_networks: [192.168.7.0/24], version: "%s"}
            hosts:
              - {name: one, networks: [10.42.0.2/16]}
              - {name: two, networks: [10.42.0.3/16], groups: [], duration: 30d}
            """;

    @Test
    void realToolReadsWhatAnInventoryIssued() throws IOException, InterruptedException {
        ours("ca", "-name", "root", "-version", "1");
        issueAndJudge(INVENTORY.formatted("1"));
    }

    @ParameterizedTest
    @CsvSource({"1,25519,1", "1,P256,2", "2,25519,2", "2,25519,both", "2,P256,1", "2,P256,both"})
    void realToolReadsWhatAnInventoryIssued(String caVersion, String curve, String version)
            throws IOException, InterruptedException {
        useRealToolWithVersion2();
        ours("ca", "-name", "root", "-version", caVersion, "-curve", curve);
        issueAndJudge(INVENTORY.formatted(version));
        for (String file : new String[] {"hosts/one.crt", "hosts/two.crt"}) {
            assertThat(tool.ok("print", "-json", "-path", file))
                    .isEqualTo(real("print", "-json", "-path", file));
        }
        ours("csr", "-name", "c", "-curve", curve);
        ours("sign", "-csr", "c.csr", "-name", "c", "-networks", "10.42.0.9/16");
        real("verify", "-ca", "ca.crt", "-crt", "c.crt");
    }

    private void issueAndJudge(String inventory) throws IOException, InterruptedException {
        tool.write("hosts.yml", inventory);
        assertThat(tool.ok("issue", "-f", "hosts.yml")).endsWith("2 issued, 0 unchanged\n");
        for (String file : new String[] {"hosts/one.crt", "hosts/two.crt"}) {
            real("verify", "-ca", "ca.crt", "-crt", file);
            assertThat(real("print", "-json", "-path", file)).contains(fingerprintOf(file));
        }
        real("sign", "-name", "theirs", "-ip", "10.42.0.8/16");
        ours("renew", "-crt", "theirs.crt");
        real("verify", "-ca", "ca.crt", "-crt", "theirs.crt");
        real("verify", "-ca", "ca.crt", "-crt", "hosts/one.crt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"25519", "P256"})
    void version2CrossesOverWithEncryptedKeys(String curve)
            throws IOException, InterruptedException {
        useRealToolWithVersion2();
        tool.knowing(PASSPHRASE);
        String[] encrypted = {"-encrypt", "-argon-memory", "1024", "-argon-iterations", "2"};
        ours(
                join(
                        encrypted,
                        "ca",
                        "-name",
                        "o",
                        "-curve",
                        curve,
                        "-version",
                        "2",
                        "-out-key",
                        "ok",
                        "-out-crt",
                        "oc"));
        real(
                join(
                        encrypted,
                        "ca",
                        "-name",
                        "t",
                        "-curve",
                        curve,
                        "-out-key",
                        "tk",
                        "-out-crt",
                        "tc"));
        ours("keygen", "-curve", curve, "-out-key", "okey", "-out-pub", "opub");
        real("keygen", "-curve", curve, "-out-key", "tkey", "-out-pub", "tpub");
        String[] subject = {
            "-name",
            "h",
            "-networks",
            "10.42.0.2/16,fd42::2/64",
            "-groups",
            "a,b",
            "-unsafe-networks",
            "2001:db8::/32"
        };

        real(
                join(
                        subject,
                        "sign",
                        "-ca-key",
                        "ok",
                        "-ca-crt",
                        "oc",
                        "-in-pub",
                        "opub",
                        "-out-crt",
                        "a.crt"));
        ours(
                join(
                        subject,
                        "sign",
                        "-ca-key",
                        "tk",
                        "-ca-crt",
                        "tc",
                        "-in-pub",
                        "tpub",
                        "-out-crt",
                        "b.crt"));

        ours("verify", "-ca", "oc", "-crt", "a.crt");
        real("verify", "-ca", "tc", "-crt", "b.crt");
        for (String file : new String[] {"oc", "tc", "a.crt", "b.crt"}) {
            assertThat(tool.run("print", "-json", "-path", file).text())
                    .contains("\"version\":2")
                    .isEqualTo(real("print", "-json", "-path", file));
        }
    }

    private void useRealToolWithVersion2() throws IOException, InterruptedException {
        String folder = System.getenv("NEBULA_1_12");
        Path file = Path.of(folder == null ? "" : folder, "nebula-cert").toAbsolutePath();
        nebulaCert = folder != null && Files.isExecutable(file) ? file : nebulaCert;
        if (start("ca", "-h").stderr().contains("-argon-memory")) {
            return;
        }
        Assumptions.abort(
                "NOT RUN: no nebula-cert of 1.12; the environment variable NEBULA_1_12 may name a folder with it");
    }

    private static String[] join(String[] last, String... first) {
        return Stream.concat(Stream.of(first), Stream.of(last)).toArray(String[]::new);
    }

    @Test
    void signingLoadsNoLibrary() throws IOException, InterruptedException {
        ours("ca", "-name", "one");
        tool.ok("audit", "-begin");
        Path log = directory.resolve("classes.log");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xlog:class+load:file=" + log,
                                "-cp",
                                System.getProperty("java.class.path"),
                                CertTool.class.getName(),
                                "sign",
                                "-name",
                                "a",
                                "-networks",
                                "10.0.0.1/8")
                        .directory(directory.toFile())
                        .start();
        assertThat(text(process.getErrorStream().readAllBytes())).isEmpty();
        assertThat(process.waitFor()).isZero();

        assertThat(Files.readString(log))
                .contains("dev.asterism.cert.cli.SignMode")
                .contains("dev.asterism.cert.record.IssueRecord")
                .doesNotContain("bouncycastle", "Argon2id", "DerivationProcess")
                .doesNotContain("fasterxml", "snakeyaml", "qrcodegen", "picocli");
        ours("verify", "-ca", "ca.crt", "-crt", "a.crt");
    }

    private String fingerprintOf(String file) {
        String printed = tool.run("print", "-json", "-path", file).text();
        int at = printed.indexOf("\"fingerprint\":");
        return printed.substring(at, at + 80);
    }

    private void ours(String... args) {
        ToolRun.Result result = tool.run(args);
        assertThat(result.stderr()).as(String.join(" ", args)).isEmpty();
        assertThat(result.exit()).isZero();
    }

    private String real(String... args) throws IOException, InterruptedException {
        Outcome outcome = start(args);
        assertThat(outcome.exit()).as("%s: %s", String.join(" ", args), outcome.stderr()).isZero();
        return outcome.stdout();
    }

    private record Outcome(int exit, String stdout, String stderr) {}

    private Outcome start(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(nebulaCert.toString()));
        command.addAll(List.of(args));
        Process process = start(new ProcessBuilder(command));
        String stdout = text(process.getInputStream().readAllBytes());
        String stderr = text(process.getErrorStream().readAllBytes());
        return new Outcome(process.waitFor(), stdout, stderr);
    }

    private Process start(ProcessBuilder builder) throws IOException {
        builder.environment().put("NEBULA_CA_PASSPHRASE", PASSPHRASE);
        return builder.directory(directory.toFile()).start();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Optional<Path> find() {
        Stream<String> candidates =
                Stream.concat(
                        Stream.ofNullable(System.getenv("NEBULA_BIN")),
                        Stream.of(System.getenv("PATH").split(File.pathSeparator)));
        return candidates
                .map(folder -> Path.of(folder, "nebula-cert"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
