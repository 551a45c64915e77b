package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files and words that people hand to the tool, whatever they are: an answer or a complaint, and no stack trace. */
class CertToolFuzzTest {

    static Stream<FuzzTarget> targets() throws IOException {
        Path folder = Files.createTempDirectory("cert-fuzz");
        String ca =
                new ToolRun(folder)
                        .run("ca", "-name", "x", "-out-crt", "-", "-out-key", "ca.key")
                        .text();
        Files.delete(folder.resolve("ca.key"));
        Files.delete(folder);
        return Stream.of(
                FuzzTarget.of("cert-print", CertToolFuzzTest::checkPrint)
                        .seed(ca)
                        .seed(ca + ca)
                        .seed("-----BEGIN NEBULA CERTIFICATE-----\n")
                        .words(
                                "-----BEGIN ",
                                "-----END ",
                                "NEBULA CERTIFICATE V2-----\n",
                                "\n",
                                "=")
                        .mayAllocate(4 << 20, 4096),
                FuzzTarget.of("cert-flags", CertToolFuzzTest::checkFlags)
                        .seed("-name\nx\n-duration=1h30m\n-version\n2\n-encrypt\nrest")
                        .seed("--name=\n-encrypt=false\n--\n-h")
                        .words(
                                "-name",
                                "-duration",
                                "=",
                                "-version",
                                "-encrypt",
                                "-help",
                                "1h",
                                "\n")
                        .mostBytes(256));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    private static String checkPrint(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        ToolRun.Result result =
                new ToolRun(Path.of("target")).runWithInput(text, "print", "-json", "-path", "-");
        assertThat(result.exit()).isBetween(0, 1);
        assertThat(result.stderr()).doesNotContain("\tat ");
        if (result.exit() == 0) {
            assertThat(result.text()).startsWith("[").endsWith("]\n");
            return "printed";
        }
        assertThat(result.text()).isEmpty();
        String complaint = result.complaint();
        assertThat(complaint).isNotEmpty();
        return complaint.substring(0, Math.min(60, complaint.length()));
    }

    private static String checkFlags(byte[] input) {
        GoFlags flags = new GoFlags();
        flags.text("name", "", "a name");
        flags.duration("duration", Duration.ZERO, "a time");
        flags.uint("version", 1, "a number");
        flags.flag("encrypt", "a switch");
        List<String> words = List.of(new String(input, StandardCharsets.UTF_8).split("\n", -1));
        try {
            int at = flags.parse(words);
            assertThat(at).isBetween(GoFlags.HELP, words.size());
            return at == GoFlags.HELP ? "help" : "parsed " + Math.min(at, 4);
        } catch (BadFlag bad) {
            assertThat(bad.getMessage()).isNotEmpty();
            return "bad";
        }
    }
}
