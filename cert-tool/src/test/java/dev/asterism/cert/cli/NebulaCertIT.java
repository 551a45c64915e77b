package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What only this tool has, beside a real nebula-cert, from {@code NEBULA_BIN} or the PATH; version 2 from {@code
 * NEBULA_1_12}. What both have is in {@link FlagCombinationsIT}.
 */
class NebulaCertIT {

    @TempDir Path directory;

    private RealTool real = new RealTool(Path.of(""), Path.of(""), "");
    private ToolRun tool = new ToolRun(Path.of(""));

    @BeforeEach
    void findRealTool() {
        real = new RealTool(RealTool.installed(), directory, "");
        tool = new ToolRun(directory).live();
    }

    @Test
    void realToolAcceptsOurCertificates() throws IOException, InterruptedException {
        ours("ca -version 1 -groups web,db -networks 10.42.0.0/16 -name root".split(" ", -1));
        ours("sign", "-name", "büro", "-networks", "10.42.0.2/16", "-groups", "web");

        real.ok("verify", "-ca", "ca.crt", "-crt", "büro.crt");
        assertThat(real.ok("print", "-json", "-path", "büro.crt"))
                .contains("\"name\":\"büro\"", "\"10.42.0.2/16\"", fingerprintOf("büro.crt"));
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
                    .isEqualTo(real.ok("print", "-json", "-path", file));
        }
        ours("csr", "-name", "c", "-curve", curve);
        ours("sign", "-csr", "c.csr", "-name", "c", "-networks", "10.42.0.9/16");
        real.ok("verify", "-ca", "ca.crt", "-crt", "c.crt");
    }

    private void issueAndJudge(String inventory) throws IOException, InterruptedException {
        tool.write("hosts.yml", inventory);
        assertThat(tool.ok("issue", "-f", "hosts.yml")).endsWith("2 issued, 0 unchanged\n");
        for (String file : new String[] {"hosts/one.crt", "hosts/two.crt"}) {
            real.ok("verify", "-ca", "ca.crt", "-crt", file);
            assertThat(real.ok("print", "-json", "-path", file)).contains(fingerprintOf(file));
        }
        real.ok("sign", "-name", "theirs", "-ip", "10.42.0.8/16");
        tool.warned("renew", "-crt", "theirs.crt");
        real.ok("verify", "-ca", "ca.crt", "-crt", "theirs.crt");
        real.ok("verify", "-ca", "ca.crt", "-crt", "hosts/one.crt");
    }

    private void useRealToolWithVersion2() throws IOException, InterruptedException {
        if (!real.flags("ca").contains("version")) {
            real = new RealTool(RealTool.named("NEBULA_1_12"), directory, "");
        }
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
        assertThat(process.getErrorStream().readAllBytes()).isEmpty();
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
}
