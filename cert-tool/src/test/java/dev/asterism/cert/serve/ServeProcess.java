package dev.asterism.cert.serve;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code asterism-cert serve} as a process of its own, which can be killed. */
final class ServeProcess implements AutoCloseable {

    private static final String MAIN = "dev.asterism.cert.cli.CertTool";

    private final Path folder;
    private final int port;
    private final Map<String, String> environment;
    private Process process;

    /**
     * @param folder has the CA's files; the state goes there, too
     */
    ServeProcess(Path folder, Map<String, String> environment) throws IOException {
        this.folder = folder;
        this.environment = environment;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        process = start();
    }

    /** The tool with other arguments, in a process; standard output. */
    static String run(Path folder, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        ProcessBuilder builder = builder(folder, environment, List.of(arguments));
        builder.redirectErrorStream(false).redirectError(ProcessBuilder.Redirect.INHERIT);
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", arguments) + " ended with a failure");
        }
        return text;
    }

    private static ProcessBuilder builder(
            Path folder, Map<String, String> environment, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx64m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path", "").replace(File.pathSeparator, ":"),
                        MAIN));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(environment);
        return builder;
    }

    private Process start() throws IOException {
        Process started =
                builder(
                                folder,
                                environment,
                                List.of(
                                        "serve",
                                        "-listen",
                                        "127.0.0.1:" + port,
                                        "-url",
                                        "https://127.0.0.1:" + port,
                                        "-rate",
                                        "1000000",
                                        "-rate-total",
                                        "1000000"))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        StringBuilder said = new StringBuilder();
        BufferedReader err =
                new BufferedReader(
                        new InputStreamReader(started.getErrorStream(), StandardCharsets.UTF_8));
        for (String line = err.readLine(); line != null; line = err.readLine()) {
            said.append(line).append('\n');
            if (line.startsWith("serving on ")) {
                return started;
            }
        }
        throw new IOException("serve ended: " + said);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** As the kernel does it: at once, in the middle of anything. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    void startAgain() throws IOException {
        process = start();
    }

    @Override
    public void close() {
        kill();
    }
}
