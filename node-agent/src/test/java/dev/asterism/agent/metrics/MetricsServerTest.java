package dev.asterism.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsServerTest {

    private static final String STATS =
            "{type: prometheus, listen: '127.0.0.1:0', path: /metrics, interval: 1s}";

    @TempDir Path folder;

    private LiveNode node;
    private MetricsServer server;

    @BeforeEach
    void start() throws Exception {
        node = new LiveNode(folder, STATS);
        server =
                new MetricsServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        "/metrics",
                        node.exposition());
    }

    @AfterEach
    void stop() {
        server.close();
        node.close();
    }

    @Test
    void servesPrometheusText() throws Exception {
        HttpResponse<String> answer = ask("GET", "/metrics");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type").orElse(""))
                .startsWith("text/plain; version=0.0.4");
        assertThat(answer.body()).contains("# TYPE certificate_ttl_seconds gauge");
    }

    @Test
    void servesNothingElse() throws Exception {
        assertThat(ask("GET", "/").statusCode()).isEqualTo(404);
        assertThat(ask("GET", "/metrics/more").statusCode()).isEqualTo(404);
        assertThat(ask("POST", "/metrics").statusCode()).isEqualTo(405);
    }

    /** A browser can be made to ask for a foreign name at this address; a loopback address answers none. */
    @Test
    void foreignHostGetsNothing() throws Exception {
        assertThat(firstLine("rebound.example:9100")).isEqualTo("HTTP/1.1 403 Forbidden");
        assertThat(firstLine("localhost:9100")).isEqualTo("HTTP/1.1 200 OK");
        assertThat(firstLine("[::1]:9100")).isEqualTo("HTTP/1.1 200 OK");
        assertThat(ask("GET", "/metrics").headers().firstValue("x-content-type-options"))
                .contains("nosniff");
    }

    private String firstLine(String host) throws IOException {
        try (Socket client = halfOf("GET /metrics HTTP/1.1\r\nHost: " + host + "\r\n\r\n")) {
            byte[] answer = client.getInputStream().readNBytes(40);
            return new String(answer, StandardCharsets.US_ASCII).lines().findFirst().orElse("");
        }
    }

    /** The JDK's server writes a warning to standard error for a HEAD that is answered with a length. */
    @Test
    void headIsAnsweredWithoutABodyOrAWarning() throws Exception {
        PrintStream before = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            HttpResponse<String> answer = ask("HEAD", "/metrics");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEmpty();
            assertThat(ask("HEAD", "/").statusCode()).isEqualTo(404);
        } finally {
            System.setErr(before);
        }
        assertThat(written.toString(StandardCharsets.UTF_8)).doesNotContain("HEAD");
    }

    /** One thread for all of them would wait indefinitely for the first. */
    @Test
    void silentAndDeafClientsHoldUpNobody() throws Exception {
        List<Socket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < PageServer.MAX_CONNECTIONS / 2; i++) {
                clients.add(
                        halfOf(i % 2 == 0 ? "GET /met" : "GET /metrics HTTP/1.1\r\nHost: x\r\n"));
            }

            assertThat(ask("GET", "/metrics").statusCode()).isEqualTo(200);
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    /** The end of its stream tells the client; the limit is MAX_SECONDS, which a test does not measure. */
    @Test
    void whoNeverAsksLosesItsConnection() throws Exception {
        try (Socket client = halfOf("GET /met")) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    private Socket halfOf(String request) throws IOException {
        Socket client = new Socket(server.address().getAddress(), server.address().getPort());
        client.setSoTimeout(60_000); // fails instead of hanging
        client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    private HttpResponse<String> ask(String method, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(uri)
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
