package dev.asterism.l7.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.config.FilterConfig.Listen;
import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.http2.FrameBytes;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.proxy.ServiceSpec;
import dev.asterism.l7.telemetry.AccessLog;
import dev.asterism.l7.telemetry.FilterMetrics;
import dev.asterism.l7.telemetry.MetricFamily;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole filter on real sockets, with a file for its configuration. */
@SuppressWarnings("NullAway.Init") // set before each test
class FilterRuntimeIT {

    private static final Caller SELF = new Caller("me", List.of("web"), "10.42.0.1", "ab", "mesh");
    private static final Caller PEER =
            new Caller("web-1", List.of("web"), "10.42.0.7", "cd", "mesh");

    private final Queue<RuntimeException> faults = new ConcurrentLinkedQueue<>();
    private HttpServer application;
    private int freePort;
    private @Nullable Running running;

    @TempDir Path folder;

    @BeforeEach
    void start() throws IOException {
        application = HttpServer.create(loopback(0), 0);
        application.createContext(
                "/",
                exchange -> {
                    byte[] said =
                            (exchange.getRequestURI()
                                            + " "
                                            + exchange.getRequestHeaders()
                                                    .getFirst("x-mesh-peer-name"))
                                    .getBytes(StandardCharsets.UTF_8);
                    int status = exchange.getRequestURI().getPath().startsWith("/fail") ? 503 : 200;
                    exchange.sendResponseHeaders(status, said.length);
                    exchange.getResponseBody().write(said);
                    exchange.close();
                });
        application.start();
        try (ServerSocket free = new ServerSocket(0)) {
            freePort = free.getLocalPort();
        }
    }

    @AfterEach
    void stop() {
        if (running != null) {
            running.filter().close();
        }
        application.stop(0);
        assertThat(faults).isEmpty();
    }

    @Test
    void callsAServiceByItsHost() throws IOException {
        FilterConfig config = run(calling("retry: {times: 0}"));
        try (FilterRuntime.Opened opened = filter().listen(config.listen().getFirst())) {
            awaitEndpoints();
            assertThat(ask(opened.port(), "GET", "orders.mesh", "/a?x=1"))
                    .startsWith("HTTP/1.1 200")
                    .endsWith("/a?x=1 null");
            assertThat(ask(opened.port(), "GET", "nobody.mesh", "/"))
                    .contains("404", "x-mesh-reason");
        }
        assertThat(lines()).contains("\"service\":\"orders\"", "\"status\":200", "\"attempts\":1");
    }

    /** As a name may have it that DNS turns into this host's address. */
    @Test
    void aPoolThatLeadsBackToAListenerIsRefusedAndNotFollowed() throws IOException {
        FilterConfig config =
                run(
                        calling("retry: {times: 3, on: [connect, reset, 5xx]}")
                                .replace(
                                        "static: [\"127.0.0.1:%d\"]"
                                                .formatted(application.getAddress().getPort()),
                                        "static: [\"127.0.0.2:%d\"]".formatted(freePort)));
        Listen everywhere = new Listen.Tcp(new InetSocketAddress("0.0.0.0", freePort), "");
        try (FilterRuntime.Opened opened = filter().listen(everywhere)) {
            assertThat(config.listen()).doesNotContain(everywhere);
            awaitEndpoints();
            for (int i = 0; i < 20; i++) {
                assertThat(ask(opened.port(), "GET", "orders", "/a"))
                        .startsWith("HTTP/1.1 508 ")
                        .contains("x-mesh-reason: loop");
            }
        }
        assertThat(lines()).contains("\"reason\":\"loop\"", "\"attempts\":1");
    }

    /**
     * What the client speaks is spoken to the application; one that resets it ends that request and
     * is no fault of ours.
     */
    @Test
    void anApplicationThatSpeaksNoHttp2IsAResetUpstream() throws IOException {
        application.stop(0);
        FilterConfig config = run(calling("retry: {times: 0}"));
        try (ServerSocket resets = new ServerSocket();
                FilterRuntime.Opened opened = filter().listen(config.listen().getFirst())) {
            resets.bind(application.getAddress());
            Thread.ofVirtual().start(() -> resetEach(resets));
            awaitEndpoints();
            for (int i = 0; i < 10; i++) {
                assertThat(askHttp2(opened.port())).contains("upstream_reset");
            }
        }
    }

    private static void resetEach(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                client.getInputStream().read(); // the rest stays unread, so closing it is a reset
                client.getOutputStream()
                        .write("HTTP/1.0 505 no\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                client.shutdownOutput();
            } catch (IOException e) {
                return;
            }
        }
    }

    private static String askHttp2(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(
                            FrameBytes.join(
                                    FrameBytes.PREFACE,
                                    FrameBytes.settings(),
                                    FrameBytes.headers(
                                            1,
                                            true,
                                            ":method: GET",
                                            ":scheme: http",
                                            ":authority: orders.mesh",
                                            ":path: /a")));
            ByteArrayOutputStream seen = new ByteArrayOutputStream();
            while (!seen.toString(StandardCharsets.ISO_8859_1).contains("upstream_reset")) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    break;
                }
                seen.write(next);
            }
            return seen.toString(StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void listensAtAPath() throws IOException {
        Path path = folder.resolve("l7.sock");
        FilterConfig config = run(calling("").replace("127.0.0.1:" + freePort, "unix:" + path));
        try (FilterRuntime.Opened opened = filter().listen(config.listen().getFirst());
                SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            awaitEndpoints();
            assertThat(opened.port()).isZero();
            client.connect(UnixDomainSocketAddress.of(path));
            client.write(
                    ByteBuffer.wrap(
                            request("GET", "orders", "/u").getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(1024);
            client.read(answer);
            assertThat(new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void servesPeersAndTellsTheApplicationWhoCalls() throws IOException {
        FilterConfig config = run(serving("GET"));
        try (FilterRuntime.Opened opened =
                filter().serve(config.services().getFirst(), false, loopback(0), (_, _) -> PEER)) {
            awaitEndpoints();
            assertThat(ask(opened.port(), "GET", "x", "/a")).endsWith("/a web-1");
            assertThat(ask(opened.port(), "POST", "x", "/a"))
                    .startsWith("HTTP/1.1 403")
                    .contains("x-mesh-reason: denied");

            filter().apply(FilterFiles.config(serving("POST")));
            assertThat(ask(opened.port(), "POST", "x", "/a")).endsWith("/a web-1");
            assertThat(ask(opened.port(), "GET", "x", "/a")).startsWith("HTTP/1.1 403");
        }
        assertThat(lines()).contains("\"peer\":\"web-1\"").contains("\"reason\":\"denied\"");
        assertThat(
                        running().metrics().families().stream()
                                .filter(f -> f.name().equals("mesh_l7_denied_total"))
                                .findFirst()
                                .orElseThrow()
                                .points())
                .isNotEmpty();
    }

    @Test
    void servesAnApplicationBehindAUnixSocket() throws IOException {
        Path path = folder.resolve("app.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            Thread.ofVirtual().start(() -> answerEach(server));
            FilterConfig config =
                    run(serving("GET").replaceFirst("to: .*", "to: \"unix:" + path + "\""));
            ServiceSpec app = config.services().getFirst();
            awaitEndpoints();
            try (FilterRuntime.Opened http =
                            filter().serve(app, false, loopback(0), (_, _) -> PEER);
                    FilterRuntime.Opened bytes =
                            filter().serve(pipes(path), true, loopback(0), (_, _) -> PEER)) {
                assertThat(ask(http.port(), "GET", "x", "/a"))
                        .startsWith("HTTP/1.1 200")
                        .endsWith("GET /a HTTP/1.1");
                filter().apply(FilterFiles.config(piping(path)));
                assertThat(ask(bytes.port(), "GET", "x", "/b")).endsWith("GET /b HTTP/1.1");
            }
        }
        assertThat(running().metrics().families())
                .filteredOn(family -> family.name().equals("mesh_l7_pipes_total"))
                .flatExtracting(MetricFamily::points)
                .isNotEmpty();
    }

    private static ServiceSpec pipes(Path path) {
        return FilterFiles.config(piping(path)).services().getFirst();
    }

    private static String piping(Path path) {
        return """
               l7:
                 enabled: true
                 threads: 2
                 serve:
                   app: {port: 8080, protocol: tcp, to: "unix:%s"}
               """
                .formatted(path);
    }

    /** Says the first line that it got. */
    private static void answerEach(ServerSocketChannel server) {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                ByteBuffer in = ByteBuffer.allocate(4096);
                client.read(in);
                String line =
                        new String(in.array(), 0, in.position(), StandardCharsets.US_ASCII)
                                .split("\r\n", 2)[0];
                String answer =
                        "HTTP/1.1 200 OK\r\ncontent-length: " + line.length() + "\r\n\r\n" + line;
                client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
            } catch (IOException e) {
                return;
            }
        }
    }

    @Test
    void drainsWhatIsOpen() throws IOException {
        FilterConfig config = run(serving("GET"));
        FilterRuntime.Opened opened =
                filter().serve(config.services().getFirst(), false, loopback(0), (_, _) -> PEER);
        awaitEndpoints();
        try (Socket idle = new Socket(InetAddress.getLoopbackAddress(), opened.port())) {
            idle.getOutputStream()
                    .write(
                            "GET /a HTTP/1.1\r\nhost: x\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            idle.getInputStream().read();
            opened.close();
            filter().drain(Duration.ofSeconds(5));
            assertThat(idle.getInputStream().readAllBytes()).isNotEmpty();
        }
    }

    private FilterConfig run(String yaml) {
        FilterConfig config = FilterFiles.config(yaml);
        AccessLog log = new AccessLog(config);
        FilterMetrics metrics = new FilterMetrics(config, log);
        FilterRuntime filter =
                new FilterRuntime(config, NoPeers.around(SELF, metrics, faults::add));
        running = new Running(filter, metrics, log);
        return config;
    }

    private record Running(FilterRuntime filter, FilterMetrics metrics, AccessLog log) {}

    private Running running() {
        return Objects.requireNonNull(running);
    }

    private FilterRuntime filter() {
        return running().filter();
    }

    private void awaitEndpoints() {
        NoPeers.awaitEndpoints(filter());
    }

    private String calling(String more) {
        return """
               l7:
                 enabled: true
                 log: {access: l7.json}
                 listen: ["127.0.0.1:%d"]
                 services:
                   orders:
                     port: 8080
                     pool: {static: ["127.0.0.1:%d"]}
                     %s
               """
                .formatted(freePort, application.getAddress().getPort(), more);
    }

    private String serving(String method) {
        return """
               l7:
                 enabled: true
                 log: {access: l7.json}
                 threads: 2
                 serve:
                   app:
                     port: 8080
                     to: 127.0.0.1:%d
                     allow: [{from: any, method: %s}]
               """
                .formatted(application.getAddress().getPort(), method);
    }

    private String lines() {
        return new String(running().log().take(Instant.EPOCH, 0), StandardCharsets.UTF_8);
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static String request(String method, String host, String path) {
        return method
                + " "
                + path
                + " HTTP/1.1\r\nhost: "
                + host
                + "\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    }

    private static String ask(int port, String method, String host, String path)
            throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                OutputStream out = socket.getOutputStream()) {
            out.write(request(method, host, path).getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
