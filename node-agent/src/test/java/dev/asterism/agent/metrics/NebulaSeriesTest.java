package dev.asterism.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Series by series against what Nebula 1.12.0 serves; origin of the list: README.md beside it. */
class NebulaSeriesTest {

    /** The Go runtime's series are not in the list, and nothing else of it is missing here. */
    private static final Set<String> NOT_IN_A_JVM = Set.of();

    private static final String ALL =
            "{type: prometheus, listen: '127.0.0.1:0', path: /metrics, interval: 1s%s}";
    private static final Pattern SERIES =
            Pattern.compile("(?m)^([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)$");

    @TempDir Path folder;

    @Test
    void servesEachSeriesOfNebulaAsAGauge() throws Exception {
        try (LiveNode node =
                new LiveNode(
                        folder,
                        ALL.formatted(", message_metrics: true, lighthouse_metrics: true"))) {
            String text = scrape(node);

            Set<String> missing = new TreeSet<>(nebula().keySet());
            missing.removeAll(series(text).keySet());
            assertThat(missing).isEqualTo(NOT_IN_A_JVM);
            for (String name : names(nebula().keySet())) {
                assertThat(text).contains("# TYPE " + name + " gauge\n");
            }
        }
    }

    @Test
    void addsNothingUnderNebulasNamesThatItHasNot() throws Exception {
        try (LiveNode node =
                new LiveNode(
                        folder,
                        ALL.formatted(", message_metrics: true, lighthouse_metrics: true"))) {
            Set<String> more = new TreeSet<>(series(scrape(node)).keySet());
            more.removeAll(nebula().keySet());
            more.removeIf(name -> name.matches("(asterism|jvm|process)_.*"));

            assertThat(more)
                    .as(
                            "only with tun.disabled, as this node has it; the list is of one with a device")
                    .containsExactly("messages_rx_message", "messages_tx_message");
        }
    }

    @Test
    void leavesOutWhatIsNotAskedFor() throws Exception {
        try (LiveNode node = new LiveNode(folder, ALL.formatted(""))) {
            Set<String> served = series(scrape(node)).keySet();

            assertThat(served)
                    .contains("messages_rx_recv_error", "messages_tx_recv_error")
                    .contains("messages_tx_punchy", "lighthouse_query_dropped")
                    .doesNotContain("messages_rx_lighthouse", "messages_rx_invalid")
                    .doesNotContain("messages_tx_exhausted", "messages_tx_holepunch")
                    .doesNotContain("lighthouse_rx_HostQuery", "lighthouse_tx_other");
        }
    }

    @Test
    void putsNamespaceAndSubsystemInFrontOfNebulasNamesOnly() throws Exception {
        try (LiveNode node =
                new LiveNode(folder, ALL.formatted(", namespace: my-mesh, subsystem: a.b"))) {
            Set<String> served = series(scrape(node)).keySet();

            assertThat(served)
                    .contains(
                            "my_mesh_a_b_certificate_ttl_seconds", "asterism_tunnels|state=primary")
                    .noneMatch(name -> name.equals("certificate_ttl_seconds"));
        }
    }

    @Test
    void tellsTheTruth() throws Exception {
        try (LiveNode node = new LiveNode(folder, ALL.formatted(", message_metrics: true"))) {
            Map<String, String> served = series(scrape(node));

            assertThat(value(served, "certificate_ttl_seconds"))
                    .isBetween(364.9 * 86_400, 365.0 * 86_400);
            assertThat(value(served, "certificate_initiating_version")).isEqualTo(1);
            assertThat(value(served, "routines")).isEqualTo(1);
            assertThat(value(served, "firewall_rules_version")).isEqualTo(1);
            assertThat(value(served, "udp_0_rcvbuf")).isGreaterThan(1000);
            assertThat(value(served, "hostmap_main_hosts")).isZero();
            assertThat(value(served, "jvm_memory_max_bytes|area=heap"))
                    .isEqualTo((double) Runtime.getRuntime().maxMemory());
            assertThat(value(served, "process_resident_memory_bytes")).isGreaterThan(1 << 20);
            assertThat(scrape(node)).contains("version=\"9.9.9\"");
        }
    }

    private static double value(Map<String, String> served, String series) {
        return Double.parseDouble(served.get(series));
    }

    private static String scrape(LiveNode node) throws IOException {
        return new String(
                Objects.requireNonNull(node.exposition().scrape()), StandardCharsets.UTF_8);
    }

    private static Set<String> names(Set<String> series) {
        return series.stream().map(s -> s.split("\\|", -1)[0]).collect(Collectors.toSet());
    }

    /** Value by name and labels; of {@code info} the labels' names only, as their values differ. */
    private static Map<String, String> series(String text) {
        Map<String, String> found = new TreeMap<>();
        Matcher line = SERIES.matcher(text);
        while (line.find()) {
            String labels = line.group(2) == null ? "" : line.group(2).replace("\"", "");
            if (line.group(1).endsWith("info")) {
                labels = labels.replaceAll("=[^,]*(, Java [^,]*)?", "");
            }
            found.put(line.group(1) + (labels.isEmpty() ? "" : "|" + labels), line.group(3));
        }
        return found;
    }

    /** As {@link #series} writes them. */
    private static Map<String, String> nebula() throws IOException {
        Map<String, String> series = new TreeMap<>();
        try (InputStream in =
                NebulaSeriesTest.class.getResourceAsStream("/metrics/metrics-1.12.0.txt")) {
            String text =
                    new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.lines().filter(l -> !l.startsWith("#")).toList()) {
                List<String> columns = List.of(line.split("\t", -1));
                String labels =
                        columns.size() < 2
                                ? ""
                                : "|"
                                        + columns.get(1)
                                                .replaceFirst("labels? ", "")
                                                .replace("\"", "")
                                                .replace(", ", ",");
                series.put(columns.getFirst() + labels, "");
            }
        }
        assertThat(series).hasSize(80);
        return series;
    }
}
