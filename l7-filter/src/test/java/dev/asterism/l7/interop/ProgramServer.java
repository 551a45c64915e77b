package dev.asterism.l7.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** An application that is a process: one that tells its ports in its first line, or nginx. */
final class ProgramServer implements MatrixServer {

    private static final long POLL_NANOS = 10_000_000;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final Process process;
    private final int[] ports;

    private ProgramServer(Process process, int... ports) {
        this.process = process;
        this.ports = ports;
    }

    /** Its first line is {@code PORTS} and the port of each version that it speaks. */
    static MatrixServer telling(List<String> command) throws IOException {
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = lines.readLine();
        if (line == null || !line.startsWith("PORTS ")) {
            process.destroyForcibly();
            throw new IOException(command + " said " + line);
        }
        String[] words = line.split(" ");
        return new ProgramServer(
                process,
                Integer.parseInt(words[1]),
                words.length > 2 ? Integer.parseInt(words[2]) : 0);
    }

    static MatrixServer nginx(Path program, Path folder) throws IOException {
        int[] ports = {freePort(), freePort()};
        Map<String, Object> values = Map.of("HTTP1", ports[0], "HTTP2", ports[1]);
        return filled(program, "-c", "nginx.conf", folder, values, ports);
    }

    /** A program whose file says its port, and the port of a server behind it. */
    static MatrixServer configured(
            Path program, String option, String template, Path folder, int behind)
            throws IOException {
        int port = freePort();
        Map<String, Object> values = Map.of("PORT", port, "BEHIND", behind);
        return filled(program, option, template, folder, values, port);
    }

    private static MatrixServer filled(
            Path program,
            String option,
            String template,
            Path folder,
            Map<String, Object> values,
            int... ports)
            throws IOException {
        String text = Files.readString(Programs.unpack(template, folder));
        for (Map.Entry<String, Object> each : values.entrySet()) {
            text = text.replace("@" + each.getKey() + "@", each.getValue().toString());
        }
        Path file = folder.resolve("filled-" + template);
        Files.writeString(file, text.replace("@FOLDER@", folder.toString()));
        Path log = folder.resolve(template + ".log");
        Process process =
                new ProcessBuilder(program.toString(), option, file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        for (int port : ports) {
            try {
                awaitAccepts(port, process);
            } catch (IOException e) {
                process.destroyForcibly();
                throw new IOException(program + ": " + Files.readString(log), e);
            }
        }
        return new ProgramServer(process, ports);
    }

    /** Until a process listens at a port. */
    static void awaitAccepts(int port, Process process) throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!accepts(port)) {
            if (!process.isAlive()) {
                throw new IOException("it has ended, with status " + process.exitValue());
            }
            if (System.nanoTime() - end > 0) {
                throw new IOException("it does not listen at port " + port);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public int port(int version) {
        return ports[version - 1];
    }

    @Override
    public void close() {
        process.destroy();
    }
}
