package dev.asterism.agent.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A process of a product, with its log. */
final class Daemon implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Process process;
    private final Path log;

    private Daemon(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static Daemon start(List<String> command, Map<String, String> environment, Path log) {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return new Daemon(process, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String log() {
        return Host.read(log.toString());
    }

    /** Waits until a line of the log contains a match. */
    void awaitLog(String expression) {
        Pattern pattern = Pattern.compile(expression);
        Waits.until(
                "a line like " + expression,
                PATIENCE,
                () -> pattern.matcher(log()).find(),
                this::log);
    }

    int countInLog(String expression) {
        return (int) Pattern.compile(expression).matcher(log()).results().count();
    }

    /** Group 1 of the last match in the log. */
    String lastInLog(String expression) {
        return Pattern.compile(expression)
                .matcher(log())
                .results()
                .reduce((_, later) -> later)
                .orElseThrow(() -> new AssertionError("no " + expression + " in " + log()))
                .group(1);
    }

    void signal(String name) {
        Shell.check("kill", "-" + name, Long.toString(process.pid()));
    }

    /** Kill -9, and waits for the end. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Exit code of a process that should end by itself. */
    int awaitEnd() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("still running: " + log());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A value of {@code /proc/PID/status}. */
    String status(String key) {
        return Host.read("/proc/" + process.pid() + "/status")
                .lines()
                .filter(line -> line.startsWith(key + ":"))
                .findFirst()
                .orElseThrow()
                .substring(key.length() + 1)
                .strip();
    }

    /** The soft limit of a row of {@code /proc/PID/limits}. */
    String limit(String row) {
        return Host.read("/proc/" + process.pid() + "/limits")
                .lines()
                .filter(line -> line.startsWith(row))
                .findFirst()
                .orElseThrow()
                .substring(row.length())
                .strip()
                .split("\\s+")[0];
    }

    /** What the process was started with, the program first. */
    List<String> commandLine() {
        return List.of(Host.read("/proc/" + process.pid() + "/cmdline").split("\0"));
    }

    int descriptors() {
        return entries("fd");
    }

    int threads() {
        return entries("task");
    }

    private int entries(String kind) {
        try (Stream<Path> found =
                Files.list(Path.of("/proc", Long.toString(process.pid()), kind))) {
            return (int) found.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }
}
