package dev.asterism.cert.serve;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** {@code asterism-cert serve} as a process of its own, which can be killed. */
final class ServeProcess implements AutoCloseable {

    private static final String SERVING = "serving on ";
    private static final String MAIN = "dev.asterism.cert.cli.CertTool";

    private final Path folder;
    private final int port;
    private final Map<String, String> environment;
    private final List<String> flags;
    private final List<String> before;
    private final List<String> said = new CopyOnWriteArrayList<>();
    private Process process;

    /**
     * @param folder has the CA's files; the state goes there, too
     */
    ServeProcess(Path folder, Map<String, String> environment)
            throws IOException, InterruptedException {
        this(folder, environment, List.of("-rate", "1000000", "-rate-total", "1000000"), List.of());
    }

    /**
     * @param flags of {@code serve}
     * @param before words of a command that ends by executing what follows them
     */
    ServeProcess(
            Path folder, Map<String, String> environment, List<String> flags, List<String> before)
            throws IOException, InterruptedException {
        this.before = before;
        this.folder = folder;
        this.environment = environment;
        this.flags = flags;
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
            Path folder, Map<String, String> environment, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(launchedWith());
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path", "").replace(File.pathSeparator, ":"),
                        MAIN));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(environment);
        return builder;
    }

    /** What bin/asterism-cert gives the JVM, as far as it bounds its memory. */
    private static List<String> launchedWith() throws IOException {
        Path bin = Path.of("..", "bin");
        String scripts =
                Files.readString(bin.resolve("jvm.sh"))
                        + Files.readString(bin.resolve("asterism-cert"));
        List<String> given =
                Pattern.compile(
                                "-X(?:m[sx]|ss)[0-9]+m?k?\\b|-XX:[+-]?\\w+(?:=[0-9]+m?)?(?=[ \"\n])")
                        .matcher(scripts)
                        .results()
                        .map(MatchResult::group)
                        .toList();
        if (given.stream().noneMatch(flag -> flag.startsWith("-Xmx"))) {
            throw new IOException("bin/asterism-cert bounds no heap: " + given);
        }
        return given;
    }

    private Process start() throws IOException, InterruptedException {
        List<String> serve = new ArrayList<>(List.of("serve", "-listen", "127.0.0.1:" + port));
        serve.addAll(List.of("-url", "https://127.0.0.1:" + port));
        serve.addAll(flags);
        ProcessBuilder builder = builder(folder, environment, serve);
        builder.command().addAll(0, before);
        Process started = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        CountDownLatch settled = new CountDownLatch(1);
        Thread.ofVirtual()
                .start(() -> listen(started.errorReader(StandardCharsets.UTF_8), settled));
        settled.await();
        if (!said().contains(SERVING)) {
            throw new IOException("serve ended: " + said());
        }
        return started;
    }

    private void listen(BufferedReader err, CountDownLatch settled) {
        try {
            for (String line = err.readLine(); line != null; line = err.readLine()) {
                said.add(line);
                if (line.startsWith(SERVING)) {
                    settled.countDown();
                }
            }
        } catch (IOException e) {
            said.add(e.toString());
        } finally {
            settled.countDown();
        }
    }

    /** On standard error, so far. */
    String said() {
        return String.join("\n", said);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** As the kernel does it: at once, in the middle of anything. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    void startAgain() throws IOException, InterruptedException {
        said.clear();
        process = start();
    }

    @Override
    public void close() {
        kill();
    }
}
