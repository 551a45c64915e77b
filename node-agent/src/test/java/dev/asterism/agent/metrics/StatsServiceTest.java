package dev.asterism.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.agent.service.ServiceFailure;
import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.ConfigReader;
import dev.asterism.overlay.config.OverlayConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatsServiceTest {

    @TempDir Path folder;

    private LiveNode node;
    private StatsService service;

    @BeforeEach
    void start() throws Exception {
        node = new LiveNode(folder, "{type: none}");
        service = new StatsService(node.metered(), node.config().stats());
        service.start();
    }

    @AfterEach
    void stop() {
        service.stop();
        node.close();
    }

    @Test
    void aReloadSwitchesItOnMovesItAndSwitchesItOff() throws Exception {
        int first = freePort();
        int second = freePort();

        service.reload(served(first, "/metrics"));
        assertThat(status(first, "/metrics")).isEqualTo(200);

        service.reload(served(first, "/other"));
        assertThat(status(first, "/other")).isEqualTo(200);
        assertThat(status(first, "/metrics")).isEqualTo(404);

        service.reload(served(second, "/other"));
        assertThat(status(second, "/other")).isEqualTo(200);
        assertThatThrownBy(() -> status(first, "/other")).isInstanceOf(IOException.class);

        service.reload(config("{type: none}"));
        assertThatThrownBy(() -> status(second, "/other")).isInstanceOf(IOException.class);
    }

    @Test
    void anAddressThatIsTakenLeavesWhatRanInPlace() throws Exception {
        int port = freePort();
        service.reload(served(port, "/metrics"));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> service.reload(served(taken.getLocalPort(), "/metrics")))
                    .isInstanceOf(ServiceFailure.class)
                    .hasMessageContaining("stats.listen 127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("what ran before goes on");
            assertThat(status(port, "/metrics")).isEqualTo(200);
        }
    }

    @Test
    void aReloadTriesAgainWhatCouldNotStart() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
            assertThatThrownBy(() -> service.reload(served(port, "/metrics")))
                    .isInstanceOf(ServiceFailure.class);
        }

        service.reload(served(port, "/metrics"));
        assertThat(status(port, "/metrics")).isEqualTo(200);
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private static OverlayConfig served(int port, String path) {
        return config(
                "{type: prometheus, listen: '127.0.0.1:%d', path: %s, interval: 1s}"
                        .formatted(port, path));
    }

    private static OverlayConfig config(String stats) {
        ConfigOutcome outcome =
                ConfigReader.read("c.yml", "pki: {ca: a, cert: b, key: c}\nstats: " + stats);
        return ((ConfigOutcome.Loaded) outcome).config();
    }

    private static int status(int port, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }
}
