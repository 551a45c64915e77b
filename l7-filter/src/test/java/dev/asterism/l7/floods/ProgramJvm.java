package dev.asterism.l7.floods;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program of these tests in a JVM of its own, which is told and answers lines. */
final class ProgramJvm implements AutoCloseable {

    private final Process process;
    private final BufferedReader lines;

    /**
     * @param runner words in front of the command, as of {@code chrt}
     * @param heap as for {@code -Xmx}
     */
    ProgramJvm(List<String> runner, Class<?> program, String heap, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(runner);
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx" + heap,
                        // Else three full collections of four leave a twentieth of the heap's dead
                        // where they are, and the heap seems to grow by it.
                        "-XX:MarkSweepAlwaysCompactCount=1",
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
    }

    long pid() {
        return process.pid();
    }

    /** Its answer to a line on its standard input. */
    String ask(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
        return answer();
    }

    /** The next line that it says. */
    String answer() throws IOException {
        String line = lines.readLine();
        if (line == null) {
            close();
            throw new IOException("the program has ended");
        }
        return line;
    }

    /** The next line, which is a number. */
    int number() throws IOException {
        String line = answer();
        try {
            return Integer.parseInt(line);
        } catch (NumberFormatException e) {
            close();
            throw new IOException("the program said " + line, e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
