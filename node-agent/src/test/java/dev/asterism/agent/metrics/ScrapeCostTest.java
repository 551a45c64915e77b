package dev.asterism.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.agent.service.ControlPlaneCall;
import dev.asterism.overlay.node.Node;
import dev.asterism.overlay.tunnel.TestTunnels;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A scrape with 1,000 tunnels. The time is printed and judged by people; that nothing grows with
 * the peers is judged here.
 */
class ScrapeCostTest {

    private static final int TUNNELS = 1_000;
    private static final int WARM_UP = 50;

    @TempDir Path folder;

    @Test
    void doesNotGrowWithThePeers() throws Exception {
        String stats = "{type: prometheus, listen: '127.0.0.1:0', path: /metrics, interval: 1s}";
        try (LiveNode node = new LiveNode(folder, stats)) {
            Exposition exposition = node.exposition();
            long linesBefore = lines(exposition);
            fill(node.metered().node());

            long best = Long.MAX_VALUE;
            for (int i = 0; i < WARM_UP; i++) {
                long start = System.nanoTime();
                exposition.scrape();
                best = Math.min(best, System.nanoTime() - start);
            }
            System.out.printf("a scrape with %d tunnels: %.2f ms at best%n", TUNNELS, best / 1e6);

            String text = text(exposition);
            assertThat(text)
                    .contains("asterism_tunnels{state=\"primary\"} 1000.0\n")
                    .contains("hostmap_main_hosts 1000.0\n")
                    .contains("asterism_tunnels_by_loss{up_to=\"0\"} 1000.0\n");
            assertThat(lines(exposition)).isEqualTo(linesBefore);
        }
    }

    private static void fill(Node node) {
        TestTunnels made = new TestTunnels();
        List<Tunnel> tunnels = new ArrayList<>();
        for (int i = 0; i < TUNNELS; i++) {
            tunnels.add(
                    made.initiated(
                            "peer" + i, "10.42.%d.%d/16".formatted(8 + i / 200, 1 + i % 200)));
        }
        boolean added =
                ControlPlaneCall.run(
                        node,
                        _ ->
                                tunnels.forEach(
                                        tunnel ->
                                                node.tunnels()
                                                        .add(
                                                                tunnel,
                                                                TunnelTable.TunnelRank.PRIMARY)));
        assertThat(added).isTrue();
    }

    private static long lines(Exposition exposition) throws Exception {
        return text(exposition).lines().count();
    }

    private static String text(Exposition exposition) throws Exception {
        return new String(Objects.requireNonNull(exposition.scrape()), StandardCharsets.UTF_8);
    }
}
