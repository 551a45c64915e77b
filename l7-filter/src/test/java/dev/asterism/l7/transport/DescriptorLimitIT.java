package dev.asterism.l7.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A proxy in a process that may open few files. */
@Timeout(120)
class DescriptorLimitIT {

    /** The JDK alone has a descriptor for each of its jars. */
    private static final int MOST_FILES = 400;

    @Test
    void refusesUpstreamConnectionsAndAcceptsAgainLater() throws Exception {
        int upstream;
        try (ServerSocket server = server(0)) {
            upstream = server.getLocalPort();
        }
        Process process = start(upstream);
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            int port = port(lines);
            // While nobody listens there: what a refusal needs is loaded, which takes a descriptor.
            try (Socket first = sent(port, "GET /first HTTP/1.1\r\nHost: h\r\n\r\n")) {
                assertThat(firstLine(first)).startsWith("HTTP/1.1 503 ");
            }
            try (ServerSocket server = server(upstream)) {
                exhaust(port);
                try (Socket last = sent(port, "GET /last HTTP/1.1\r\nHost: h\r\n\r\n")) {
                    answerTheLast(server);
                    assertThat(firstLine(last)).isEqualTo("HTTP/1.1 204 Yes");
                }
            }
            process.getOutputStream().close();
            assertThat(lines.lines().toList()).isEmpty();
        } finally {
            process.destroyForcibly();
        }
    }

    private static ServerSocket server(int port) throws IOException {
        return new ServerSocket(port, 2 * MOST_FILES, InetAddress.getLoopbackAddress());
    }

    private static Process start(int upstream) throws IOException {
        return new ProcessBuilder(
                        "/bin/bash",
                        "-c",
                        "ulimit -n " + MOST_FILES + "; exec \"$@\"",
                        "proxy",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ProxyServer.class.getName(),
                        "0",
                        Integer.toString(upstream),
                        "h1",
                        "detect")
                .redirectErrorStream(true)
                .start();
    }

    private static int port(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.startsWith("listening on ")) {
            line = lines.readLine();
        }
        assertThat(line).isNotNull();
        return Integer.parseInt(line.substring("listening on ".length()));
    }

    /**
     * Clients that hold a connection to the server, which answers none, until no descriptor is left; then each
     * descriptor that becomes free goes to a client and none to its connection to the server.
     */
    private static void exhaust(int port) throws IOException {
        ArrayDeque<Socket> halves = new ArrayDeque<>();
        for (int i = 0; i < 20; i++) {
            halves.add(sent(port, "GET /half"));
        }
        List<Socket> open = new ArrayList<>();
        for (int i = 0; i < MOST_FILES; i++) {
            open.add(sent(port, "GET /held HTTP/1.1\r\nHost: h\r\n\r\n"));
        }
        Socket answered = null;
        while (answered == null) {
            halves.remove().close();
            pass(open.getLast());
            for (Socket socket : open) {
                answered = socket.getInputStream().available() > 0 ? socket : answered;
            }
        }
        assertThat(firstLine(answered)).startsWith("HTTP/1.1 503 ");
        for (Socket socket : halves) {
            socket.close();
        }
        for (Socket socket : open) {
            socket.close();
        }
    }

    private static Socket sent(int port, String text) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        write(socket, text);
        return socket;
    }

    /** Waits a little on a socket to which nothing comes. */
    private static void pass(Socket quiet) throws IOException {
        quiet.setSoTimeout(300);
        try {
            assertThat(quiet.getInputStream().read()).isNegative();
        } catch (SocketTimeoutException _) {
            // As it should be.
        }
    }

    private static void answerTheLast(ServerSocket server) throws IOException {
        while (true) {
            Socket accepted = server.accept();
            if (firstLine(accepted).startsWith("GET /last ")) {
                write(accepted, "HTTP/1.1 204 Yes\r\n\r\n");
                return;
            }
            accepted.close();
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String firstLine(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = socket.getInputStream().read(); next >= 0 && next != '\r'; ) {
            line.append((char) next);
            next = socket.getInputStream().read();
        }
        return line.toString();
    }
}
