package dev.asterism.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentCommandTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void saysWhichCommandWasMeant() {
        assertRefused(
                "asterism: unknown command runn\n  did you mean run? \"asterism --help\" shows what there is\n",
                "runn",
                "--config",
                "a.yml");
        assertRefused(
                "asterism: unknown command start\n  \"asterism --help\" shows what there is\n",
                "start");
        assertRefused(
                "asterism: unknown command ctl\n  \"asterism --help\" shows what there is\n",
                "-config",
                "a.yml",
                "ctl");
    }

    @Test
    void saysWhichOptionWasMeant() {
        assertRefused(
                "asterism: unknown option --confg\n  did you mean --config? \"asterism run --help\" shows what there is\n",
                "run",
                "--confg",
                "a.yml");
        assertRefused(
                "asterism: unknown option -tset\n  did you mean -test? \"asterism --help\" shows what there is\n",
                "-tset",
                "-config",
                "a.yml");
        assertRefused(
                "asterism: unknown option --confg=a.yml\n  did you mean --config? \"asterism --help\" shows what there is\n",
                "--confg=a.yml");
    }

    @Test
    void refusesWhatIsTooMuchOrTooLittle() {
        assertRefused(
                "asterism: unexpected argument b.yml\n  \"asterism run --help\" shows what there is\n",
                "run",
                "--config",
                "a.yml",
                "b.yml");
        assertRefused(
                "asterism: --config needs a file or a folder\n  \"asterism run --help\" shows what there is\n",
                "run",
                "--config");
        assertRefused(
                "asterism: unexpected argument now\n  \"asterism training-run --help\" shows what there is\n",
                "training-run",
                "now");
        assertRefused(
                "asterism: the path a\0b cannot be used: Nul character not allowed\n  \"asterism run --help\" shows what there is\n",
                "run",
                "--config",
                "a\0b");
    }

    @Test
    void saysWhereItLookedForAFile() {
        Path full = Path.of("").toAbsolutePath().resolve("none.yml");

        assertRefused(
                "error: " + full + ": no config files found: no such file or directory\n",
                "run",
                "--config",
                "none.yml",
                "--test");
        err.reset();
        assertThat(run()).isEqualTo(2);
        assertThat(said())
                .startsWith("asterism: no configuration: -config is missing")
                .hasLineCount(2);
    }

    /** As Go's flag package reads them; the file is not there, which is found out last. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-config none.yml -test",
                "--config none.yml --test",
                "-config=none.yml -test=true",
                "-test -config none.yml",
                "-config other.yml -test -config none.yml",
                "run -config none.yml -test",
                "run --config=none.yml --test --lenient",
                "-config none.yml run -test",
            })
    void takesEverySpelling(String line) {
        assertThat(run(line.split(" "))).isEqualTo(2);
        assertThat(said()).contains("/none.yml: no config files found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-version", "--version", "-V", "-version -config x"})
    void tellsItsVersion(String line) {
        assertThat(run(line.split(" "))).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("Version: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "-help", "--help", "run --help", "run --config none.yml -h"})
    void showsHelpOnStandardOutput(String line) {
        assertThat(run(line.split(" "))).isZero();
        assertThat(said()).isEmpty();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("Usage: asterism", "--config")
                .doesNotContain("none.yml");
    }

    @Test
    void printsTheEffectiveConfig(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("config.yml");
        Files.writeString(
                file, "pki: {ca: ca.crt, cert: host.crt, key: host.key}\nlisten: {port: 4242}\n");

        assertThat(run("run", "--config", file.toString(), "--print-effective-config")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .contains("  port: 4242  # " + file + ":2:16", "  batch: 64  # default");
        assertThat(said()).isEmpty();

        Files.writeString(file, "listen: {port: x}\n");
        assertThat(run("--print-effective-config", "--config", file.toString())).isEqualTo(2);
        assertThat(said()).contains("config.yml:1:16");
    }

    private void assertRefused(String message, String... args) {
        err.reset();
        assertThat(run(args)).isEqualTo(2);
        assertThat(said()).isEqualTo(message);
        assertThat(out.size()).isZero();
    }

    private int run(String... args) {
        return new AgentCommand(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(args);
    }

    private String said() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
