package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code stats} of a node in a namespace, read by a scraper beside it. */
@Execution(ExecutionMode.CONCURRENT)
class MetricsIT {

    private static final Duration SETTLE = Duration.ofSeconds(60);
    private static final int PORT = 9100;
    private static final int LINT_FOUND_SOMETHING = 3;
    private static final String STATS =
            "stats: {type: prometheus, listen: '127.0.0.1:9100', path: /metrics, interval: 1s,"
                    + " message_metrics: true, lighthouse_metrics: true}";

    @Test
    void tellsOfATunnelWhatThePeersDid() {
        try (StaticMesh mesh = new StaticMesh(Ours.AGENT)) {
            NamespaceNode a = mesh.node(Ours.AGENT, 1);
            NamespaceNode b = mesh.node(Ours.AGENT, 2);
            mesh.acquaint(a, b);
            a.config().section(STATS);
            mesh.start();
            awaitServed(a);

            assertThat(a.host().run("ping", "-c", "3", "-i", "0.2", b.overlay()).exit()).isZero();

            mesh.check(
                    () ->
                            assertThat(scrape(a))
                                    .contains("asterism_tunnels{state=\"primary\"} 1.0\n")
                                    .contains(
                                            "asterism_handshakes_total{result=\"completed\"} 1.0\n")
                                    .contains("handshake_manager_initiated 1.0\n")
                                    .contains("hostmap_main_hosts 1.0\n")
                                    .containsPattern("messages_tx_handshake_ixpsk0 [1-9]")
                                    .containsPattern(
                                            "asterism_packets_total\\{direction=\"inbound\",outcome=\"\\w+\"} [3-9]"));
        }
    }

    /** promtool also finds fault with names that are Nebula's and so stay; with ours it must find none. */
    @Test
    void promtoolAcceptsWhatIsServed() {
        Path promtool = Shell.find("promtool");
        if (promtool == null) {
            System.err.println(
                    "MetricsIT: promtool (package prometheus) is not installed: skipped");
            Assumptions.abort("checking the format needs promtool(1) of the package prometheus");
            return;
        }
        try (StaticMesh mesh = new StaticMesh(Ours.AGENT)) {
            NamespaceNode a = mesh.node(Ours.AGENT, 1);
            a.config().section(STATS);
            mesh.start();
            awaitServed(a);

            Shell.Result result =
                    Shell.run(List.of(promtool.toString(), "check", "metrics"), body(scrape(a)));

            assertThat(result.exit()).as(result.output()).isIn(0, LINT_FOUND_SOMETHING);
            assertThat(result.output().lines())
                    .allMatch(
                            line ->
                                    line.matches(
                                            "(hostmap_main_(remoteIndexes|relayIndexes)|lighthouse_[rt]x_Host\\w+|info) .*camelCase.*"
                                                    + "|firewall_conntrack_count .*_count.*"));
        }
    }

    @Test
    void isSwitchedOnAndOffByAReload() {
        try (StaticMesh mesh = new StaticMesh(Ours.AGENT)) {
            NamespaceNode a = mesh.node(Ours.AGENT, 1);
            mesh.start();
            String without = a.config().render();
            assertThat(isServed(a)).isFalse();

            a.reload(without + STATS + "\n");
            awaitServed(a);
            Waits.until(
                    "the reload names stats.message_metrics",
                    SETTLE,
                    () -> a.daemon().log().contains("stats.message_metrics"),
                    () -> a.daemon().log());

            a.reload(without);
            Waits.until("metrics are off", SETTLE, () -> !isServed(a), () -> a.daemon().log());
        }
    }

    private static void awaitServed(NamespaceNode node) {
        Waits.until("metrics are served", SETTLE, () -> isServed(node), () -> node.daemon().log());
    }

    private static boolean isServed(NamespaceNode node) {
        return node.host()
                .inside(
                        () -> {
                            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), PORT)) {
                                return true;
                            } catch (IOException e) {
                                return false;
                            }
                        });
    }

    private static String scrape(NamespaceNode node) {
        return node.host()
                .inside(
                        () -> {
                            try (Socket socket =
                                    new Socket(InetAddress.getLoopbackAddress(), PORT)) {
                                socket.getOutputStream()
                                        .write(
                                                "GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n"
                                                        .getBytes(StandardCharsets.US_ASCII));
                                return new String(
                                        socket.getInputStream().readAllBytes(),
                                        StandardCharsets.UTF_8);
                            }
                        });
    }

    private static String body(String answer) {
        assertThat(answer).contains(" 200 OK\r\n");
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }
}
