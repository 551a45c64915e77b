package dev.asterism.agent.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.Supplier;

/** Series that come and go, read anew at each scrape. */
final class LabelledSeries implements MultiCollector {

    private static final String TOTAL = "_total";

    private final Supplier<List<LabelledFamily>> source;

    LabelledSeries(Supplier<List<LabelledFamily>> source) {
        this.source = source;
    }

    @Override
    public MetricSnapshots collect() {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        for (LabelledFamily family : source.get()) {
            if (!family.points().isEmpty()) {
                all.metricSnapshot(snapshot(family));
            }
        }
        return all.build();
    }

    private static MetricSnapshot snapshot(LabelledFamily family) {
        return switch (family.kind()) {
            case COUNTER -> counter(family);
            case GAUGE -> gauge(family);
            case HISTOGRAM -> histogram(family);
        };
    }

    private static Labels labels(LabelledFamily family, LabelledFamily.Point point) {
        return Labels.of(family.labelNames(), point.labels());
    }

    private static MetricSnapshot counter(LabelledFamily family) {
        String name = family.name();
        CounterSnapshot.Builder counter =
                CounterSnapshot.builder()
                        .name(
                                name.endsWith(TOTAL)
                                        ? name.substring(0, name.length() - TOTAL.length())
                                        : name)
                        .help(family.help());
        for (LabelledFamily.Point point : family.points()) {
            counter.dataPoint(
                    CounterDataPointSnapshot.builder()
                            .value(point.value())
                            .labels(labels(family, point))
                            .build());
        }
        return counter.build();
    }

    private static MetricSnapshot gauge(LabelledFamily family) {
        GaugeSnapshot.Builder gauge =
                GaugeSnapshot.builder().name(family.name()).help(family.help());
        for (LabelledFamily.Point point : family.points()) {
            gauge.dataPoint(
                    GaugeDataPointSnapshot.builder()
                            .value(point.value())
                            .labels(labels(family, point))
                            .build());
        }
        return gauge.build();
    }

    private static Exemplars exemplars(LabelledFamily.Point point) {
        return Exemplars.of(
                point.examples().stream()
                        .map(
                                one ->
                                        Exemplar.builder()
                                                .value(one.value())
                                                .traceId(one.trace())
                                                .spanId(one.span())
                                                .build())
                        .toList());
    }

    private static MetricSnapshot histogram(LabelledFamily family) {
        HistogramSnapshot.Builder histogram =
                HistogramSnapshot.builder().name(family.name()).help(family.help());
        for (LabelledFamily.Point point : family.points()) {
            ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
            for (int i = 0; i < point.buckets().size(); i++) {
                boolean last = i == family.bounds().size();
                double bound = last ? Double.POSITIVE_INFINITY : family.bounds().get(i);
                buckets.bucket(bound, point.buckets().get(i));
            }
            histogram.dataPoint(
                    HistogramDataPointSnapshot.builder()
                            .classicHistogramBuckets(buckets.build())
                            .sum(point.value())
                            .exemplars(exemplars(point))
                            .labels(labels(family, point))
                            .build());
        }
        return histogram.build();
    }
}
