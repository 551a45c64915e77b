package dev.asterism.l7.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A proxy in a process that may open few files. */
@Timeout(300)
class DescriptorLimitIT {

    /** The JDK alone has a descriptor for each of its jars. */
    private static final int MOST_FILES = 400;

    @Test
    void refusesUpstreamConnectionsAndAcceptsAgainLater() throws Exception {
        int upstream;
        try (ServerSocket server = server(0)) {
            upstream = server.getLocalPort();
        }
        try (ProxyProcess proxy = proxy(upstream)) {
            int port = proxy.port();
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
            assertThat(proxy.holds("refused-descriptors")).isPositive();
            assertThat(proxy.end()).isEmpty();
        }
    }

    /** With the bound no flood comes as far as the limit: it is refused before, by name. */
    @Test
    void aFloodDoesNotReachTheLimit() throws Exception {
        try (ServerSocket server = server(0);
                ProxyProcess proxy = proxy(server.getLocalPort(), "60", "bounded")) {
            List<Socket> flood = new ArrayList<>();
            for (int i = 0; i < MOST_FILES; i++) {
                flood.add(sent(proxy.port(), "GET /held HTTP/1.1\r\nHost: h\r\n\r\n"));
            }
            awaitEnd(proxy, flood.size());
            long clients = proxy.holds("clients");
            long sockets = clients + proxy.holds("upstreams");
            assertThat(proxy.holds("refused-clients")).isPositive();
            assertThat(proxy.files()).isLessThan(MOST_FILES);
            // Its two places are taken by a client without a request and by one that finds none for
            // its upstream.
            flood.getFirst().close();
            while (proxy.holds("clients") == clients) {
                LockSupport.parkNanos(1_000_000);
            }
            flood.add(sent(proxy.port(), "GET /half"));
            try (Socket last = sent(proxy.port(), "GET /last HTTP/1.1\r\nHost: h\r\n\r\n")) {
                assertThat(head(last))
                        .startsWith("HTTP/1.1 503 ")
                        .contains("x-mesh-reason: no_descriptor\r\n");
            }
            assertThat(proxy.holds("refused-upstreams")).isPositive();
            assertThat(proxy.holds("refused-descriptors")).isZero();
            assertThat(proxy.holds("clients") + proxy.holds("upstreams"))
                    .isLessThanOrEqualTo(sockets);
            for (Socket one : flood) {
                one.close();
            }
            try (Socket last = sent(proxy.port(), "GET /last HTTP/1.1\r\nHost: h\r\n\r\n")) {
                answerTheLast(server);
                assertThat(firstLine(last)).isEqualTo("HTTP/1.1 204 Yes");
            }
            assertThat(proxy.end()).isEmpty();
        }
    }

    /** Until each of the flood has been taken or refused: the numbers stand still then. */
    private static void awaitEnd(ProxyProcess proxy, int flood) throws IOException {
        while (proxy.holds("clients") + proxy.holds("refused-clients") < flood) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static String head(Socket socket) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line = firstLine(socket); !line.isBlank(); line = firstLine(socket)) {
            text.append(line).append("\r\n");
        }
        return text.toString();
    }

    private static ServerSocket server(int port) throws IOException {
        return new ServerSocket(port, 2 * MOST_FILES, InetAddress.getLoopbackAddress());
    }

    private static ProxyProcess proxy(int upstream, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("0", Integer.toString(upstream)));
        arguments.addAll(List.of("h1", "detect"));
        arguments.addAll(List.of(more));
        return new ProxyProcess(MOST_FILES, arguments.toArray(String[]::new));
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
