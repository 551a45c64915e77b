package dev.asterism.l7.interop;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Programs of this machine, and those in the test's resources that they run. */
final class Programs {

    /** Go's compiler takes a minute for its first program on a slow machine. */
    private static final long MAX_SECONDS = 180;

    private Programs() {}

    /** What a program came to, with the bytes that it wrote. */
    static final class Result {

        private final int exit;
        private final byte[] output;

        private Result(int exit, byte[] output) {
            this.exit = exit;
            this.output = output;
        }

        int exit() {
            return exit;
        }

        String sha256() {
            return Digests.sha256(output);
        }

        String text() {
            return new String(output, StandardCharsets.UTF_8);
        }
    }

    /** Where it is, null when nowhere. */
    static @Nullable Path find(String program) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin";
        for (String folder : path.split(":")) {
            Path candidate = Path.of(folder, program);
            if (!folder.isEmpty() && Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    static Result run(List<String> command) {
        return run(command, null);
    }

    /** Waits for the end, with both of its streams in one. */
    static Result run(List<String> command, @Nullable Path input) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            if (input != null) {
                builder.redirectInput(input.toFile());
            }
            Process process = builder.start();
            FutureTask<Boolean> ended = new FutureTask<>(() -> endsInTime(process));
            Thread.ofVirtual().start(ended);
            process.getOutputStream().close();
            byte[] output = process.getInputStream().readAllBytes();
            if (!ended.get()) {
                throw new AssertionError(command + " does not end");
            }
            return new Result(process.exitValue(), output);
        } catch (IOException | InterruptedException | ExecutionException e) {
            throw new AssertionError(command + ": " + e, e);
        }
    }

    /** It and what it has started are ended when they take too long; so is the reading of what they say. */
    private static boolean endsInTime(Process process) throws InterruptedException {
        boolean ended = process.waitFor(MAX_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return ended;
    }

    /** A file of the resources, in a folder where its program can read it. */
    static Path unpack(String name, Path folder) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            try (InputStream in = Programs.class.getResourceAsStream(name)) {
                Files.copy(Objects.requireNonNull(in, name), file);
            }
        }
        return file;
    }

    /** A program of the resources as Go's compiler makes it; an exception says why it cannot. */
    static Path build(Path go, String name, Path folder) throws IOException {
        Path source = unpack(name, folder);
        Path program = folder.resolve(name.replace(".go", "-go"));
        Result built =
                run(List.of(go.toString(), "build", "-o", program.toString(), source.toString()));
        if (built.exit() != 0) {
            throw new IOException(
                    "Go of this machine cannot build it, 1.24 can: "
                            + built.text().strip().lines().reduce("", (_, line) -> line));
        }
        return program;
    }
}
