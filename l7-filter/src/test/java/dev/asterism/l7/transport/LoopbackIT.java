package dev.asterism.l7.transport;

import static dev.asterism.l7.http.WireText.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real sockets: the JDK's client, or curl, and the JDK's server with one or two of our proxies between. Two are
 * client, HTTP/1, HTTP/2, HTTP/1, server, so both roles of both versions carry everything.
 */
@Timeout(300)
class LoopbackIT {

    /** What stands between client and server. */
    enum Way {
        /** HTTP/1 to HTTP/1. */
        ONE,
        /** HTTP/1 to HTTP/2, and HTTP/2 to HTTP/1. */
        TWO,
        /** The same and HTTP/2 to HTTP/2 between them. */
        THREE
    }

    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<ProxyServer> proxies = new ArrayList<>();
    private Origin origin;
    private HttpClient client;

    @BeforeEach
    void start() throws IOException {
        origin = opened(new Origin());
        client = opened(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        proxies.forEach(proxy -> assertThat(proxy.faults()).isEmpty());
    }

    private <T extends AutoCloseable> T opened(T thing) {
        open.add(thing);
        return thing;
    }

    private ProxyServer proxy(InetSocketAddress to, UpstreamProtocol protocol) throws Exception {
        ProxyServer proxy = opened(new ProxyServer(0, to, protocol, Spoken.DETECTED));
        proxies.add(proxy);
        return proxy;
    }

    /** The port of the first proxy on the way. */
    private int front(Way way, InetSocketAddress to) throws Exception {
        ProxyServer last = proxy(to, UpstreamProtocol.HTTP_1);
        if (way == Way.THREE) {
            last = proxy(local(last.port()), UpstreamProtocol.HTTP_2);
        }
        return way == Way.ONE
                ? last.port()
                : proxy(local(last.port()), UpstreamProtocol.HTTP_2).port();
    }

    private static InetSocketAddress local(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    @ParameterizedTest
    @EnumSource
    void getsSmallAndLargeBodies(Way way) throws Exception {
        int port = front(way, origin.address());
        for (int size : new int[] {1, 1000, 65_536, 200_000, 20_000_000, 1}) {
            HttpResponse<byte[]> answer =
                    client.send(
                            request(port, "/bytes/" + size).build(), BodyHandlers.ofByteArray());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(Origin.pattern(size));
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsBodiesBackAndForth(Way way) throws Exception {
        int port = front(way, origin.address());
        for (int size : new int[] {1, 1000, 100_000, 20_000_000}) {
            byte[] body = Origin.pattern(size);
            HttpRequest post =
                    request(port, "/echo").POST(BodyPublishers.ofByteArray(body)).build();
            assertThat(client.send(post, BodyHandlers.ofByteArray()).body()).isEqualTo(body);

            HttpRequest chunked =
                    request(port, "/echo")
                            .POST(
                                    BodyPublishers.ofInputStream(
                                            () -> new java.io.ByteArrayInputStream(body)))
                            .build();
            assertThat(client.send(chunked, BodyHandlers.ofByteArray()).body()).isEqualTo(body);
        }
    }

    @ParameterizedTest
    @EnumSource
    void passesOnMethodsStatusAndExpectations(Way way) throws Exception {
        int port = front(way, origin.address());
        for (int status : new int[] {204, 304, 404, 500}) {
            var answer =
                    client.send(
                            request(port, "/status/" + status).build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(status);
        }
        for (String method : List.of("GET", "PUT", "DELETE", "PATCH")) {
            HttpRequest request =
                    request(port, "/echo").method(method, BodyPublishers.noBody()).build();
            var answer = client.send(request, BodyHandlers.ofString());
            assertThat(answer.headers().firstValue("x-method")).contains(method);
        }
        var head = client.send(request(port, "/x").HEAD().build(), BodyHandlers.ofString());
        assertThat(head.headers().firstValueAsLong("content-length")).hasValue(12345);
        HttpRequest expects =
                request(port, "/echo")
                        .expectContinue(true)
                        .POST(BodyPublishers.ofString("waits"))
                        .build();
        assertThat(client.send(expects, BodyHandlers.ofString()).body()).isEqualTo("waits");
    }

    @ParameterizedTest
    @EnumSource
    void carriesManyAtATime(Way way) throws Exception {
        int port = front(way, origin.address());
        byte[] body = Origin.pattern(300_000);
        HttpRequest post = request(port, "/echo").POST(BodyPublishers.ofByteArray(body)).build();
        List<CompletableFuture<HttpResponse<byte[]>>> answers =
                Stream.generate(() -> client.sendAsync(post, BodyHandlers.ofByteArray()))
                        .limit(150)
                        .toList();

        for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
            assertThat(answer.get(50, TimeUnit.SECONDS).body()).isEqualTo(body);
        }
    }

    @ParameterizedTest
    @EnumSource
    void waitsForASlowReader(Way way) throws Exception {
        int port = front(way, origin.address());
        int size = 30_000_000;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(
                            ("GET /bytes/"
                                            + size
                                            + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            // Others are served meanwhile, on the same loop.
            for (int i = 0; i < 20; i++) {
                var other =
                        client.send(request(port, "/bytes/10").build(), BodyHandlers.ofByteArray());
                assertThat(other.body()).hasSize(10);
            }
            byte[] all = socket.getInputStream().readAllBytes();
            assertThat(all.length).isGreaterThan(size);
            byte[] body = java.util.Arrays.copyOfRange(all, all.length - size, all.length);
            assertThat(java.util.Arrays.equals(body, Origin.pattern(size))).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void passesOnTrailersOfBothDirections(Way way) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            int port = front(way, local(server.getLocalPort()));
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                write(
                        socket,
                        text(
                                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
                                "0\r\nX-T: u\r\n\r\n"));
                try (Socket accepted = server.accept()) {
                    assertThat(
                                    readUntil(accepted, "\r\n\r\n", "0\r\n", "\r\n\r\n")
                                            .toLowerCase(java.util.Locale.ROOT))
                            .endsWith("1\r\na\r\n0\r\nx-t: u\r\n\r\n");
                    write(
                            accepted,
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nb\r\n0\r\nX-V: w\r\n\r\n");
                    assertThat(
                                    readUntil(socket, "\r\n\r\n", "0\r\n", "\r\n\r\n")
                                            .toLowerCase(java.util.Locale.ROOT))
                            .endsWith("1\r\nb\r\n0\r\nx-v: w\r\n\r\n");
                }
            }
        }
    }

    @org.junit.jupiter.api.Test
    void pipesWebSocketBytes() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            int port = front(Way.ONE, local(server.getLocalPort()));
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                write(
                        socket,
                        "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
                try (Socket accepted = server.accept()) {
                    readUntil(accepted, "\r\n\r\n");
                    write(
                            accepted,
                            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
                    readUntil(socket, "\r\n\r\n");
                    for (int i = 0; i < 100; i++) {
                        write(socket, "ping" + i + ";");
                        assertThat(readUntil(accepted, ";")).isEqualTo("ping" + i + ";");
                        write(accepted, "pong" + i + ";");
                        assertThat(readUntil(socket, ";")).isEqualTo("pong" + i + ";");
                    }
                }
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @org.junit.jupiter.api.Test
    void saysThatNobodyListens() throws Exception {
        int port;
        try (ServerSocket server = new ServerSocket(0)) {
            port = server.getLocalPort();
        }
        int front = front(Way.ONE, local(port));
        var answer = client.send(request(front, "/").build(), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("x-mesh-reason")).contains("no_endpoint");
    }

    @org.junit.jupiter.api.Test
    void speaksToAPeerThatSendsAfterARefusal() throws Exception {
        int port = front(Way.ONE, origin.address());
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            write(
                    socket,
                    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1, 1\r\n\r\n"
                            + "x".repeat(200_000));

            assertThat(
                            new String(
                                    socket.getInputStream().readAllBytes(),
                                    StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 400 ");
        }
    }

    @ParameterizedTest
    @EnumSource
    void leavesNoDescriptorOpen(Way way) throws Exception {
        int port = front(way, origin.address());
        client.send(request(port, "/bytes/10").build(), BodyHandlers.ofByteArray());
        long before = descriptors();
        for (int i = 0; i < 300; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                write(socket, "GET /bytes/100 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
                socket.getInputStream().readAllBytes();
            }
        }
        assertThat(descriptors()).isLessThan(before + 20);
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    @ParameterizedTest
    @EnumSource
    void servesCurlOverHttp2(Way way) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "curl is not installed");
        int port = front(way, origin.address());
        String url = "http://127.0.0.1:" + port;
        assertThat(
                        curl(
                                "-o",
                                "/dev/null",
                                "-w",
                                "%{http_version} %{size_download}",
                                url + "/bytes/5000000"))
                .isEqualTo("2 5000000");
        assertThat(curl("-d", "hello", url + "/echo")).isEqualTo("hello");
        assertThat(curl("-I", url + "/x")).contains("HTTP/2 200", "content-length: 12345");
        assertThat(curl("-o", "/dev/null", "-w", "%{http_code}", url + "/status/404"))
                .isEqualTo("404");
    }

    private static String curl(String... args) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("curl", "-sS", "--http2-prior-knowledge", "-m", "20"));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads until these have come one behind the other. */
    private static String readUntil(Socket socket, String... marks) throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int from = 0;
        for (String mark : marks) {
            int at;
            while ((at = all.toString(StandardCharsets.ISO_8859_1).indexOf(mark, from)) < 0) {
                int next = in.read();
                if (next < 0) {
                    return all.toString(StandardCharsets.ISO_8859_1);
                }
                all.write(next);
            }
            from = at + mark.length();
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }
}
