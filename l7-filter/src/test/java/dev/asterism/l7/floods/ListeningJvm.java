package dev.asterism.l7.floods;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program of these tests in a JVM of its own, whose first line is {@code PORT} and where it listens. */
final class ListeningJvm implements AutoCloseable {

    private final Process process;
    private final BufferedReader lines;
    private final int port;

    /**
     * @param heap as for {@code -Xmx}
     */
    ListeningJvm(Class<?> program, String heap, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-Xmx" + heap,
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                program.getName()));
        command.addAll(List.of(arguments));
        process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = lines.readLine();
        if (line == null || !line.startsWith("PORT ")) {
            process.destroyForcibly();
            throw new IOException(program.getSimpleName() + " said " + line);
        }
        port = Integer.parseInt(line.substring(5));
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** To its standard input, with a line end. */
    void tell(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
    }

    /** The next line that it says. */
    String answer() throws IOException {
        String line = lines.readLine();
        if (line == null) {
            throw new IOException("the program has ended");
        }
        return line;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
