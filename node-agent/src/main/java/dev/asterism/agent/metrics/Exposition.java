package dev.asterism.agent.metrics;

import dev.asterism.overlay.config.OverlayConfig.Stats;
import dev.asterism.overlay.node.Distribution;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All series as Prometheus's text. Nothing is copied between scrapes: callbacks read the engine's
 * counters while one is made. Thread-safe; one scrape is made at a time.
 */
final class Exposition {

    static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    private final Supplier<@Nullable Reading> source;

    /** That of the scrape being made. */
    private @Nullable Reading current;

    /**
     * @param nebula to be shown as gauges under the names that Nebula gives them
     * @param own to be shown as they are
     * @param info labels of Nebula's series {@code info}, names and values in turns
     */
    Exposition(
            Stats stats,
            List<Metric> nebula,
            List<Metric> own,
            List<String> info,
            Supplier<@Nullable Reading> source) {
        this.source = source;
        for (Metric metric : nebula) {
            gauge(NebulaName.of(stats, metric.name()), List.of(metric));
        }
        handshakes(NebulaName.of(stats, NebulaName.HANDSHAKES));
        gauge(
                NebulaName.of(stats, "info"),
                List.of(
                        new Metric(
                                "info",
                                Metric.Kind.GAUGE,
                                "Versions of this program and of what it runs on",
                                info,
                                _ -> 1)));
        byName(own).forEach(this::register);
        OwnMetrics.HISTOGRAMS.forEach(metric -> registry.register(new BucketSeries(metric)));
    }

    /** Adds series that come and go. */
    Exposition with(Supplier<List<LabelledFamily>> others) {
        registry.register(new LabelledSeries(others));
        return this;
    }

    private static Map<String, List<Metric>> byName(List<Metric> metrics) {
        return metrics.stream()
                .collect(
                        Collectors.groupingBy(
                                Metric::name, LinkedHashMap::new, Collectors.toList()));
    }

    private void register(String name, List<Metric> metrics) {
        if (metrics.getFirst().kind() == Metric.Kind.GAUGE) {
            gauge(name, metrics);
            return;
        }
        CounterWithCallback.builder()
                .name(name)
                .help(metrics.getFirst().help())
                .labelNames(labelNames(metrics))
                .callback(series -> tell(metrics, series::call))
                .register(registry);
    }

    private void gauge(String name, List<Metric> metrics) {
        GaugeWithCallback.builder()
                .name(name)
                .help(metrics.getFirst().help())
                .labelNames(labelNames(metrics))
                .callback(series -> tell(metrics, series::call))
                .register(registry);
    }

    private void handshakes(String name) {
        GaugeWithCallback.builder()
                .name(name)
                .help(NebulaName.HANDSHAKES)
                .labelNames("type")
                .callback(
                        series -> {
                            SampleSummary sample = SampleSummary.of(now().handshakes());
                            series.call((double) sample.count(), "count");
                            series.call((double) sample.max(), "max");
                            series.call(sample.mean(), "mean");
                            series.call((double) sample.min(), "min");
                            series.call(sample.percentile(0.75), "perc75");
                            series.call(sample.percentile(0.95), "perc95");
                            series.call(sample.percentile(0.99), "perc99");
                            series.call(sample.percentile(0.999), "perc999");
                            series.call(sample.standardDeviation(), "stddev");
                            series.call((double) sample.sum(), "sum");
                            series.call(sample.variance(), "variance");
                        })
                .register(registry);
    }

    private void tell(List<Metric> metrics, BiConsumer<Double, String[]> series) {
        metrics.forEach(m -> series.accept(m.value().applyAsDouble(now()), values(m)));
    }

    private static String[] labelNames(List<Metric> metrics) {
        return metrics.getFirst().labelNames().toArray(String[]::new);
    }

    private static String[] values(Metric metric) {
        return metric.labelValues().toArray(String[]::new);
    }

    private Reading now() {
        return Objects.requireNonNull(current);
    }

    /** One scrape; null when the control plane had no time. */
    synchronized byte @Nullable [] scrape() throws IOException {
        current = source.get();
        if (current == null) {
            return null;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(32 * 1024);
        writer.write(out, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
        return out.toByteArray();
    }

    /** The library's own histogram wants to be told of each value as it comes; the engine counts them. */
    private final class BucketSeries implements Collector {

        private final BucketMetric metric;

        BucketSeries(BucketMetric metric) {
            this.metric = metric;
        }

        @Override
        public HistogramSnapshot collect() {
            Distribution.Snapshot values = metric.values().apply(now());
            ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
            for (int i = 0; i < values.bounds().size(); i++) {
                buckets.bucket(values.bounds().get(i), values.counts().get(i));
            }
            buckets.bucket(Double.POSITIVE_INFINITY, values.counts().getLast());
            return HistogramSnapshot.builder()
                    .name(metric.name())
                    .help(metric.help())
                    .dataPoint(
                            HistogramDataPointSnapshot.builder()
                                    .classicHistogramBuckets(buckets.build())
                                    .sum(values.sum())
                                    .build())
                    .build();
        }
    }
}
