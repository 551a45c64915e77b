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

/** Both directions with a real nebula-cert, from {@code NEBULA_BIN} or the PATH. */
class NebulaCertIT {

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
        ours("ca", "-name", "our root", "-groups", "web,db", "-networks", "10.42.0.0/16");
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
        ours("ca", "-name", "our root", "-out-key", "o.key", "-out-crt", "o.crt");
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
        ours("ca", "-name", "root", "-out-key", "k", "-out-crt", "c", "-networks", "10.42.0.0/16");
        String[] sign = {
            "sign", "-ca-key", "k", "-ca-crt", "c", "-name", "x", "-ip", "10.43.0.1/16"
        };

        assertThat(tool.run(sign).stderr()).contains("outside the limitations of the signing ca");
        assertThat(start(sign).stderr()).contains("outside the limitations of the signing ca");
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
        Process process = new ProcessBuilder(command).directory(directory.toFile()).start();
        String stdout = text(process.getInputStream().readAllBytes());
        String stderr = text(process.getErrorStream().readAllBytes());
        return new Outcome(process.waitFor(), stdout, stderr);
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
