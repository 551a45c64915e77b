package dev.asterism.agent.metrics;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.sun.net.httpserver.HttpServer;
import dev.asterism.agent.config.ConfigFiles;
import dev.asterism.agent.control.ControlFailure;
import dev.asterism.agent.control.FilterControl;
import dev.asterism.agent.l7.FilterPlace;
import dev.asterism.agent.l7.FilterService;
import dev.asterism.agent.l7.FilterSettings;
import dev.asterism.agent.service.ServiceFailure;
import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.config.Strictness;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The filter as a service of a real node without a device: its listener, reloads, metrics, log and answers. */
@SuppressWarnings("NullAway.Init") // set before each test
class FilterSeriesTest {

    private static final String STATS =
            "{type: prometheus, listen: '127.0.0.1:0', path: /metrics, interval: 1s}";

    @TempDir Path folder;

    static {
        // The JDK's server reads its limits once, and PageServer is the one that sets them.
        try {
            MethodHandles.lookup().ensureInitialized(PageServer.class);
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private HttpServer application;
    private LiveNode node;
    private @Nullable FilterService running;
    private int port;
    private int otherPort;

    @BeforeEach
    void start() throws Exception {
        application = HttpServer.create(new InetSocketAddress(loopback(), 0), 0);
        application.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        application.start();
        port = free();
        otherPort = free();
        node = new LiveNode(folder, STATS);
    }

    @AfterEach
    void stop() {
        if (running != null) {
            running.stop();
        }
        node.close();
        application.stop(0);
    }

    @Test
    void countsLogsAndExplainsWhatItCarries() throws Exception {
        FilterService filter = started(calling(port, ""));

        assertThat(ask(port, "orders.mesh")).startsWith("HTTP/1.1 200");
        assertThat(ask(port, "nobody.mesh")).startsWith("HTTP/1.1 404");

        assertThat(scrape())
                .contains(
                        "mesh_l7_requests_total{code=\"200\",dir=\"outbound\",grpc=\"\",peer=\"none\",pool=\"default\",reason=\"\",route=\"\",service=\"orders\"} 1.0",
                        "mesh_l7_requests_total{code=\"404\",dir=\"outbound\",grpc=\"\",peer=\"none\",pool=\"\",reason=\"no_route\",route=\"\",service=\"\"} 1.0",
                        "mesh_l7_request_seconds_count{dir=\"outbound\",route=\"\",service=\"orders\"} 1",
                        "mesh_l7_request_seconds_bucket{dir=\"outbound\",route=\"\",service=\"orders\",le=\"+Inf\"} 1",
                        "mesh_l7_config_hash{hash=\"");
        FilterControl control = Objects.requireNonNull(filter.control());
        assertThat(json(control::stat)).contains("\"service\":\"orders\"", "\"requests\":1");
        assertThat(json(out -> control.explain(question("", "http://orders.mesh/x"), out)))
                .contains("\"passes\":true", "\"service\":\"orders\"", "127.0.0.1:");
        assertThat(json(out -> control.explain(question("", "http://x.mesh/"), out)))
                .contains("\"passes\":false", "no service answers to the host \\\"x.mesh\\\"");
        assertThatThrownBy(() -> json(out -> control.explain(question("", "/x"), out)))
                .isInstanceOf(ControlFailure.class)
                .hasMessageContaining("names no host");
        filter.stop();
        assertThat(Files.readString(folder.resolve("l7.json")))
                .contains("\"service\":\"orders\"", "\"status\":200")
                .contains("\"host\":\"nobody.mesh\"", "\"status\":404,\"reason\":\"no_route\"");
        assertThat(filter.control()).isNull();
    }

    @Test
    void aReloadIsTakenWholeOrNotAtAll() throws Exception {
        FilterService filter = started(calling(port, ""));
        assertThat(ask(port, "orders")).startsWith("HTTP/1.1 200");

        filter.reload(config(calling(otherPort, "hosts: [o.example.org]")));
        assertThat(ask(otherPort, "o.example.org")).startsWith("HTTP/1.1 200");
        assertThatThrownBy(() -> ask(port, "orders")).isInstanceOf(ConnectException.class);

        try (ServerSocket taken = new ServerSocket(0, 1, loopback())) {
            String impossible = calling(taken.getLocalPort(), "hosts: [p.example.org]");
            assertThatThrownBy(() -> filter.reload(config(impossible)))
                    .isInstanceOf(ServiceFailure.class)
                    .hasMessageContaining("l7.listen 127.0.0.1:" + taken.getLocalPort());
        }
        assertThat(ask(otherPort, "o.example.org")).startsWith("HTTP/1.1 200");
        assertThat(ask(otherPort, "p.example.org")).startsWith("HTTP/1.1 404");
    }

    @Test
    void isSwitchedOnAndOffByReloads() throws Exception {
        FilterService filter = started("");
        assertThat(filter.control()).isNull();
        assertThat(scrape()).doesNotContain("mesh_l7");

        filter.reload(config(calling(port, "")));
        assertThat(ask(port, "orders")).startsWith("HTTP/1.1 200");
        filter.reload(
                config(calling(port, "").replace("enabled: true", "enabled: true\n  threads: 2")));
        assertThat(ask(port, "orders")).startsWith("HTTP/1.1 200");

        filter.reload(config(""));
        assertThat(filter.control()).isNull();
        assertThatThrownBy(() -> ask(port, "orders")).isInstanceOf(ConnectException.class);
    }

    @Test
    void operatorsSeeItOnThePagesOfThisMachine() throws Exception {
        int admin = free();
        String secret =
                "routes: [{match: {header: {x-key: s3cret}}, set_headers: {authorization: s3cret}}]";
        String section = calling(port, secret) + "  admin: '127.0.0.1:" + admin + "'\n";
        FilterService filter = started(section);
        ask(port, "nobody.mesh");

        assertThat(page(admin, "/ready")).startsWith("HTTP/1.1 200").endsWith("\r\n\r\nready\n");
        assertThat(page(admin, "/metrics")).contains("mesh_l7_requests_total{code=\"404\"");
        assertThat(page(admin, "/stat")).contains("application/json", "\"routes\":[{\"dir\"");
        assertThat(page(admin, "/config"))
                .contains("admin: \"127.0.0.1:" + admin, "x-key: \"(hidden)\"")
                .doesNotContain("s3cret");
        assertThat(page(admin, "/x")).startsWith("HTTP/1.1 404").contains("/ready");
        assertThat(once(admin, "evil.example.org")).startsWith("HTTP/1.1 403");

        filter.reload(config(calling(port, "")));
        assertThatThrownBy(() -> page(admin, "/ready")).isInstanceOf(ConnectException.class);
        assertThat(ask(port, "nobody.mesh")).startsWith("HTTP/1.1 404");
        filter.reload(config(section));
        assertThat(page(admin, "/ready")).startsWith("HTTP/1.1 200");
    }

    @Test
    void anAdminAddressThatIsTakenStopsNoTraffic() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, loopback())) {
            started(calling(port, "") + "  admin: '127.0.0.1:" + taken.getLocalPort() + "'\n");

            assertThat(ask(port, "orders")).startsWith("HTTP/1.1 200");
        }
    }

    private static String page(int port, String path) throws IOException {
        return once(port, "localhost:" + port, path);
    }

    private FilterService started(String section) throws IOException {
        FilterService service =
                new FilterService(
                        new FilterPlace(node.metered().node(), node.metered().discovery(), null),
                        config(section).get(FilterSettings.SECTION));
        running = service;
        service.start();
        return service;
    }

    private String calling(int listen, String more) {
        return """
               l7:
                 enabled: true
                 listen: ["127.0.0.1:%d"]
                 log: {access: %s}
                 services:
                   orders:
                     port: 8080
                     pool: {static: ["127.0.0.1:%d"]}
                     %s
               """
                .formatted(
                        listen,
                        folder.resolve("l7.json"),
                        application.getAddress().getPort(),
                        more);
    }

    private OverlayConfig config(String section) throws IOException {
        Path file = folder.resolve("config.yml");
        String base = Files.readString(file).split("(?m)^l7:", 2)[0];
        Files.writeString(file, base + section);
        ConfigOutcome outcome = ConfigFiles.load(file, Strictness.REFUSE);
        assertThat(outcome).isInstanceOf(ConfigOutcome.Loaded.class);
        return ((ConfigOutcome.Loaded) outcome).config();
    }

    private String scrape() throws IOException {
        MeteredNode plain = node.metered();
        MeteredNode metered =
                new MeteredNode(
                        plain.node(),
                        plain.discovery(),
                        plain.sockets(),
                        plain.version(),
                        Objects.requireNonNull(running)::families);
        byte[] text = Export.exposition(metered, node.config().stats()).scrape();
        return new String(Objects.requireNonNull(text), UTF_8);
    }

    private static FilterControl.RequestQuestion question(String from, String url) {
        return new FilterControl.RequestQuestion("", from, "GET", url, List.of());
    }

    @FunctionalInterface
    private interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    private static String json(Body body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        }
        return out.toString(UTF_8);
    }

    private static InetAddress loopback() {
        return InetAddress.getLoopbackAddress();
    }

    private static int free() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, loopback())) {
            return free.getLocalPort();
        }
    }

    /** The first endpoints come from another thread a moment after the start. */
    private static String ask(int port, String host) throws IOException {
        String answer;
        do {
            answer = once(port, host);
        } while (answer.contains("no_endpoint"));
        return answer;
    }

    private static String once(int port, String host) throws IOException {
        return once(port, host, "/a");
    }

    private static String once(int port, String host, String path) throws IOException {
        try (Socket socket = new Socket(loopback(), port)) {
            OutputStream out = socket.getOutputStream();
            String request =
                    "GET " + path + " HTTP/1.1\r\nhost: " + host + "\r\nconnection: close\r\n\r\n";
            out.write(request.getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }
}
