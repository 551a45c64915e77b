package dev.asterism.l7.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A {@link ProxyServer} in a process of its own, with a limit of open files of its own. */
final class ProxyProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader lines;
    private final int port;

    /**
     * @param files that it may open; 0: as this process
     * @param arguments of {@link ProxyServer#main}
     */
    ProxyProcess(int files, String... arguments) throws IOException {
        String limit = files == 0 ? "" : "ulimit -n " + files + "; ";
        List<String> command = new ArrayList<>();
        command.addAll(List.of("/bin/bash", "-c", limit + "exec \"$@\"", "proxy"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-Xmx96m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ProxyServer.class.getName()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = lines.readLine();
        while (line != null && !line.startsWith("listening on ")) {
            line = lines.readLine();
        }
        assertThat(line).isNotNull();
        port = Integer.parseInt(line.substring("listening on ".length()));
    }

    int port() {
        return port;
    }

    /** One number of what it says that it holds now. */
    long holds(String what) throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        String line = lines.readLine();
        assertThat(line).startsWith("heap ");
        String[] words = line.split(" ");
        for (int i = 0; i < words.length; i += 2) {
            if (words[i].equals(what)) {
                return Long.parseLong(words[i + 1]);
            }
        }
        throw new AssertionError(what + " is not in " + line);
    }

    /** Its open files. */
    long files() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
            return all.count();
        }
    }

    /** Ends it; what it said besides, as faults. */
    List<String> end() throws IOException {
        process.getOutputStream().close();
        return lines.lines().toList();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
