package dev.asterism.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.agent.config.ConfigFiles;
import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.telemetry.AccessLog;
import dev.asterism.l7.telemetry.FilterMetrics;
import dev.asterism.overlay.config.OverlayConfig.Stats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/metrics.md lists what a running node serves; {@code -Dasterism.write-docs=true} writes it. */
class MetricsDocTest {

    private static final Path DOC = Path.of("../docs/metrics.md");
    private static final String START = "<!-- series -->\n";
    private static final String END = "<!-- /series -->\n";

    @TempDir Path folder;

    @Test
    void listsEverySeries() throws Exception {
        String doc = Files.readString(DOC);
        String expected =
                doc.substring(0, doc.indexOf(START) + START.length())
                        + tables()
                        + doc.substring(doc.indexOf(END));
        if (Boolean.getBoolean("asterism.write-docs")) {
            Files.writeString(DOC, expected);
        }
        assertThat(Files.readString(DOC)).isEqualTo(expected);
    }

    private String tables() throws Exception {
        String stats =
                "{type: prometheus, listen: '127.0.0.1:0', path: /metrics, interval: 1s,"
                        + " message_metrics: true, lighthouse_metrics: true}";
        try (LiveNode node = new LiveNode(folder, stats)) {
            return own(OwnMetrics.of(node.metered())) + filter() + nebula(node);
        }
    }

    private static String own(List<Metric> metrics) {
        Map<String, List<Metric>> byName =
                metrics.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Metric::name, LinkedHashMap::new, Collectors.toList()));
        StringBuilder text = new StringBuilder("\n### Asterism's own\n\n");
        text.append("| series | kind | labels | meaning |\n|---|---|---|---|\n");
        byName.forEach(
                (name, series) ->
                        text.append(
                                row(name, kind(series), labels(series), series.getFirst().help())));
        OwnMetrics.HISTOGRAMS.forEach(
                metric -> text.append(row(metric.name(), "histogram", "", metric.help())));
        return text.append('\n').toString();
    }

    private static String filter() {
        FilterConfig config =
                Objects.requireNonNull(
                        ConfigFiles.filterOf("l7: {enabled: true}").value().config());
        StringBuilder text = new StringBuilder("### Of the L7 filter, when it runs\n\n");
        text.append("| series | kind | labels | meaning |\n|---|---|---|---|\n");
        new FilterMetrics(config, new AccessLog(config))
                .families()
                .forEach(
                        family ->
                                text.append(
                                        row(
                                                family.name(),
                                                family.kind().name().toLowerCase(Locale.ROOT),
                                                String.join(", ", family.labelNames()),
                                                family.help())));
        return text.append('\n').toString();
    }

    private static String row(String name, String kind, String labels, String help) {
        return "| `%s` | %s | %s | %s |\n".formatted(name, kind, labels, help).replace("  ", " ");
    }

    private static String kind(List<Metric> series) {
        return series.getFirst().kind().name().toLowerCase(Locale.ROOT);
    }

    /** Every value of each label. */
    private static String labels(List<Metric> series) {
        Map<String, TreeSet<String>> values = new LinkedHashMap<>();
        for (Metric metric : series) {
            for (int i = 0; i < metric.labelNames().size(); i++) {
                values.computeIfAbsent(metric.labelNames().get(i), _ -> new TreeSet<>())
                        .add(metric.labelValues().get(i));
            }
        }
        return values.entrySet().stream()
                .map(e -> "`" + e.getKey() + "`: " + String.join(", ", e.getValue()))
                .collect(Collectors.joining("; "));
    }

    private static String nebula(LiveNode node) throws IOException {
        Stats all = node.config().stats();
        StringBuilder text = new StringBuilder("### Nebula's\n\n");
        text.append("| in Prometheus | in Graphite | in Nebula's registry |\n|---|---|---|\n");
        for (Metric metric : NebulaMetrics.of(node.metered(), all)) {
            text.append(
                    "| `%s` | `%s` | %s |\n"
                            .formatted(
                                    NebulaName.of(all, metric.name()),
                                    metric.name(),
                                    metric.kind().name().toLowerCase(Locale.ROOT)));
        }
        text.append("| `handshakes` | `handshakes` | histogram |\n");
        return text.append("| `info` | | |\n\n").toString();
    }
}
