package dev.asterism.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.config.OverlayConfig.StatsProtocol;
import dev.asterism.overlay.handshake.DurationSample;
import dev.asterism.overlay.net.HostAddr;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphiteTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path folder;

    /** The lines of Nebula's exporter for the same values, written by hand from its formats. */
    @Test
    void writesLinesAsNebulaDoes() throws Exception {
        try (LiveNode node = new LiveNode(folder, "{type: none}")) {
            Reading reading =
                    new Reading(
                            Instant.ofEpochSecond(1_700_000_000),
                            Objects.requireNonNull(node.metered().read()).totals(),
                            BundleTotals.NONE,
                            ServiceTotals.NONE,
                            List.of(),
                            new DurationSample.Snapshot(
                                    5, 1500, List.of(), List.of(100L, 200L, 300L, 400L, 500L)));
            List<Metric> metrics =
                    List.of(
                            Metric.counter("messages.tx.punchy", _ -> 7),
                            Metric.gauge("hostmap.main.hosts", _ -> 3),
                            new Metric(
                                    "asterism_tunnels",
                                    Metric.Kind.GAUGE,
                                    "",
                                    List.of("state", "primary"),
                                    _ -> 2));

            assertThat(new GraphiteText("neb", Duration.ofSeconds(2), metrics).lines(reading))
                    .containsExactly(
                            "neb.messages.tx.punchy.count 7 1700000000\n",
                            "neb.messages.tx.punchy.count_ps 3.50 1700000000\n",
                            "neb.hostmap.main.hosts.value 3 1700000000\n",
                            "neb.asterism_tunnels.primary.value 2 1700000000\n",
                            "neb.handshakes.count 5 1700000000\n",
                            "neb.handshakes.min 100 1700000000\n",
                            "neb.handshakes.max 500 1700000000\n",
                            "neb.handshakes.mean 300.00 1700000000\n",
                            "neb.handshakes.std-dev 141.42 1700000000\n",
                            "neb.handshakes.50-percentile 300.00 1700000000\n",
                            "neb.handshakes.75-percentile 450.00 1700000000\n",
                            "neb.handshakes.95-percentile 500.00 1700000000\n",
                            "neb.handshakes.99-percentile 500.00 1700000000\n",
                            "neb.handshakes.999-percentile 500.00 1700000000\n");
        }
    }

    @Test
    void reportsAgainAndAgainAlsoAfterTheReceiverWasAway() throws Exception {
        int port;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = probe.getLocalPort();
        }
        String stats =
                "{type: graphite, host: '127.0.0.1:%d', interval: 10ms, prefix: p}".formatted(port);
        try (LiveNode node = new LiveNode(folder, stats)) {
            StatsService service = new StatsService(node.metered(), node.config().stats());
            service.start();
            try (ServerSocket receiver =
                    new ServerSocket(port, 5, InetAddress.getLoopbackAddress())) {
                assertThat(report(receiver))
                        .anyMatch(line -> line.startsWith("p.routines.value 1 "));
                assertThat(report(receiver)).isNotEmpty();
            } finally {
                service.stop();
            }
        }
    }

    private static List<String> report(ServerSocket receiver) throws Exception {
        try (Socket socket = receiver.accept();
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(
                                        socket.getInputStream(), StandardCharsets.UTF_8))) {
            return in.lines().toList();
        }
    }

    @Test
    void sendsWholeLinesByUdp() throws Exception {
        List<String> lines =
                Stream.iterate(0, i -> i + 1)
                        .limit(200)
                        .map(i -> "p.metric" + i + " 1 2\n")
                        .toList();
        try (DatagramSocket receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            new GraphiteConnection(
                            HostAddr.of("127.0.0.1", receiver.getLocalPort()),
                            StatsProtocol.UDP,
                            PATIENCE)
                    .send(lines);

            List<String> received = new ArrayList<>();
            while (received.size() < lines.size()) {
                DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
                receiver.receive(packet);
                assertThat(packet.getLength())
                        .isLessThanOrEqualTo(GraphiteConnection.MAX_DATAGRAM_BYTES);
                new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8)
                        .lines()
                        .forEach(line -> received.add(line + "\n"));
            }
            assertThat(received).isEqualTo(lines);
        }
    }

    @Test
    void anEmptySampleIsAllZero() {
        SampleSummary none = new SampleSummary(0, List.of());

        assertThat(none.mean() + none.variance() + none.percentile(0.5) + none.max() + none.min())
                .isZero();
    }
}
