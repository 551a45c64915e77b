package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.KeyPem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code issue} in processes of its own: killed, two at once, and on a full disk. */
class IssueProcessIT {

    private static final int HOSTS = 150;

    @TempDir Path directory;

    private ToolRun tool = new ToolRun(Path.of(""));

    @BeforeEach
    void makeMesh() {
        tool = new ToolRun(directory).live();
        tool.ok("ca", "-name", "root", "-version", "2");
        StringBuilder hosts = new StringBuilder("defaults: {duration: 30d}\nhosts:\n");
        for (int i = 0; i < HOSTS; i++) {
            hosts.append(
                    "  - {name: h%d, networks: [10.42.%d.%d/16]}\n"
                            .formatted(i, i / 200, i % 200 + 1));
        }
        tool.write("hosts.yml", hosts.toString());
    }

    @Test
    void killedAnywhereItLeavesPairsThatFitAndTheNextRunFinishes() throws Exception {
        Random random = new Random(4);
        for (int round = 0; round < 8; round++) {
            Process process = start(round == 0 ? "" : "-reissue -new-keys");
            int lines = random.nextInt(HOSTS);
            try (InputStream out = process.getInputStream()) {
                for (int seen = 0; seen < lines; ) {
                    int b = out.read();
                    seen += b == '\n' ? 1 : 0;
                    if (b < 0) {
                        break;
                    }
                }
                process.destroyForcibly();
            }
            process.waitFor();
            // What of a pair is interrupted waits beside it until the next run.
            tool.ok("issue", "-f", "hosts.yml");
            checkPairs();
            assertThat(tool.ok("audit")).contains("all in order");
        }
    }

    private void checkPairs() throws IOException, CertificateException {
        for (int i = 0; i < HOSTS; i++) {
            Certificate certificate = CertificatePem.readFirst(tool.file("hosts/h" + i + ".crt"));
            assertThat(certificate.publicKey())
                    .as("h%d", i)
                    .isEqualTo(KeyPem.readPrivate(tool.file("hosts/h" + i + ".key")).publicKey());
        }
        try (var files = Files.list(directory.resolve("hosts"))) {
            assertThat(files).hasSize(2 * HOSTS);
        }
    }

    @Test
    void twoAtOnceIssueEachHostOnce() throws Exception {
        List<Process> both = List.of(start(""), start(""));
        int issued = 0;
        for (Process process : both) {
            String out = text(process.getInputStream());
            assertThat(process.waitFor()).as(text(process.getErrorStream())).isZero();
            issued += (int) out.lines().filter(line -> line.contains(": issued: ")).count();
        }

        assertThat(issued).isEqualTo(HOSTS);
        checkPairs();
        assertThat(tool.ok("audit")).startsWith(HOSTS + 1 + " lines, " + HOSTS + " certificates");
    }

    @Test
    void signsAtOnceAreAllInTheRecord() throws Exception {
        tool.ok("audit", "-begin");
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            processes.add(start("sign", "-name", "s" + i, "-networks", "10.42.9." + i + "/16"));
        }
        for (Process process : processes) {
            assertThat(process.waitFor()).as(text(process.getErrorStream())).isZero();
        }

        assertThat(tool.ok("audit")).startsWith("9 lines, 8 certificates, all in order");
    }

    /** On a file system of its own with room for half of it. */
    @Test
    void onAFullDiskItSaysSoAndKeepsWhatWasThere() throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        String script =
                ("mount -t tmpfs -o size=256k tmpfs %1$s || exit 77; cp ca.crt ca.key hosts.yml %1$s;"
                                + " cd %1$s; %2$s issue -f hosts.yml; echo exit $?; %2$s audit;"
                                + " rm -f hosts/.asterism*; ls -A hosts | grep -c tmp; grep -L END hosts/* | wc -l;"
                                + " mount -o remount,size=8m %1$s; %2$s issue -f hosts.yml | tail -1; %2$s audit")
                        .formatted(disk, String.join(" ", java()));
        Process process =
                new ProcessBuilder("unshare", "-m", "sh", "-c", script)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = text(process.getInputStream());
        if (process.waitFor() == 77 || said.contains("unshare failed")) {
            Assumptions.abort("NOT RUN: no mount namespace: " + said);
        }

        assertThat(said)
                .contains("exit 1")
                .containsPattern("Error: not all hosts have their files: .*No space left on device")
                .containsPattern(
                        "(?s)all in order.*\\n0\\n0\\n\\d+ issued, \\d+ unchanged\\n.*all in order");
    }

    private Process start(String options) throws IOException {
        List<String> words = new ArrayList<>(List.of("issue", "-f", "hosts.yml"));
        for (String option : options.split(" ")) {
            if (!option.isEmpty()) {
                words.add(option);
            }
        }
        return start(words.toArray(String[]::new));
    }

    private Process start(String... words) throws IOException {
        List<String> command = java();
        command.addAll(List.of(words));
        return new ProcessBuilder(command).directory(directory.toFile()).start();
    }

    private static List<String> java() {
        return new ArrayList<>(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CertTool.class.getName()));
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
}
