package dev.asterism.agent.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Short-lived commands. */
final class Shell {

    private Shell() {}

    /**
     * What a command came to.
     *
     * @param output of both streams
     */
    record Result(int exit, String output) {}

    static Result run(List<String> command) {
        return run(command, "");
    }

    static Result run(List<String> command, String input) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Output of a command that must succeed. */
    static String check(List<String> command, String input) {
        Result result = run(command, input);
        if (result.exit() != 0) {
            throw new IllegalStateException(
                    command + " gave " + result.exit() + ": " + result.output());
        }
        return result.output();
    }

    static String check(String... command) {
        return check(List.of(command), "");
    }

    /** Where on the PATH a program is; null when nowhere. */
    static @Nullable Path find(String program) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
            Path candidate = Path.of(folder, program);
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        for (String folder : List.of("/usr/sbin", "/sbin", "/usr/bin")) {
            Path candidate = Path.of(folder, program);
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        return null;
    }
}
