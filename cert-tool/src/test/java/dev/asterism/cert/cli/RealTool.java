package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.Bytes;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real nebula-cert, called in a directory. */
final class RealTool {

    private static final Pattern FLAG = Pattern.compile("(?m)^  -([a-z0-9-]+)");

    private final Path program;
    private final Path directory;
    private final String passphrase;

    /**
     * @param passphrase in the environment
     */
    RealTool(Path program, Path directory, String passphrase) {
        this.program = program;
        this.directory = directory;
        this.passphrase = passphrase;
    }

    /** From the folder that {@code NEBULA_BIN} names, or from the PATH: Debian's is 1.6.1. */
    static Path installed() {
        Optional<Path> found =
                Stream.concat(
                                Stream.ofNullable(System.getenv("NEBULA_BIN")),
                                Stream.of(System.getenv("PATH").split(File.pathSeparator)))
                        .map(folder -> Path.of(folder, "nebula-cert").toAbsolutePath())
                        .filter(Files::isExecutable)
                        .findFirst();
        return found.orElseGet(
                () ->
                        Assumptions.abort(
                                "NOT RUN: no nebula-cert on the PATH or in NEBULA_BIN; install nebula or set it"));
    }

    /** From the folder that this environment variable names. */
    static Path named(String variable) {
        String folder = System.getenv(variable);
        Path file = Path.of(folder == null ? "" : folder, "nebula-cert").toAbsolutePath();
        return folder != null && Files.isExecutable(file)
                ? file
                : Assumptions.abort(
                        "NOT RUN: the environment variable %s names no folder with a nebula-cert"
                                .formatted(variable));
    }

    ToolRun.Result run(String... args) throws IOException, InterruptedException {
        return run(program, args);
    }

    /** Runs and expects success; standard output. */
    String ok(String... args) throws IOException, InterruptedException {
        ToolRun.Result result = run(args);
        assertThat(result.exit()).as("%s: %s", List.of(args), result.stderr()).isZero();
        return result.text();
    }

    /** The nebula beside it, as it checks a configuration. */
    ToolRun.Result nebula(String... args) throws IOException, InterruptedException {
        return run(program.resolveSibling("nebula"), args);
    }

    private ToolRun.Result run(Path what, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(what.toString()));
        command.addAll(List.of(args));
        Path err = Files.createTempFile(directory, "stderr", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectError(err.toFile());
        builder.environment().put("NEBULA_CA_PASSPHRASE", passphrase);
        builder.environment().put("TZ", "UTC");
        Process process = builder.start();
        process.getOutputStream().close();
        Bytes stdout = Bytes.owning(process.getInputStream().readAllBytes());
        int exit = process.waitFor();
        String stderr = Files.readString(err, StandardCharsets.UTF_8);
        Files.delete(err);
        return new ToolRun.Result(exit, stdout, stderr);
    }

    /** Names of the flags that its usage of a mode has. */
    Set<String> flags(String mode) throws IOException, InterruptedException {
        return FLAG.matcher(run(mode, "-h").stderr())
                .results()
                .map((MatchResult flag) -> flag.group(1))
                .collect(Collectors.toSet());
    }
}
