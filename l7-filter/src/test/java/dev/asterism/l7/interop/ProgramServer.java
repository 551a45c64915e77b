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
import java.util.concurrent.locks.LockSupport;

/** An application that is a process: one that tells its ports in its first line, or nginx. */
final class ProgramServer implements MatrixServer {

    private static final long POLL_NANOS = 10_000_000;

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
        Path template = Programs.unpack("nginx.conf", folder);
        Path file = folder.resolve("nginx-filled.conf");
        Files.writeString(
                file,
                Files.readString(template)
                        .replace("@FOLDER@", folder.toString())
                        .replace("@HTTP1@", Integer.toString(ports[0]))
                        .replace("@HTTP2@", Integer.toString(ports[1])));
        Process process =
                new ProcessBuilder(program.toString(), "-c", file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("nginx.log").toFile())
                        .start();
        ProgramServer server = new ProgramServer(process, ports);
        for (int port : ports) {
            while (!accepts(port)) {
                if (!process.isAlive()) {
                    throw new IOException(
                            "nginx ended: " + Files.readString(folder.resolve("nginx.log")));
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
        return server;
    }

    private static int freePort() throws IOException {
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
