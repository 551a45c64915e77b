package dev.asterism.agent.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A report in Graphite's plain text, as Nebula writes it (spec behaviour.md 7): one line for each
 * value, {@code name value seconds}.
 */
final class GraphiteText {

    private static final double NANOS = 1e9;

    private final String prefix;
    private final double intervalSeconds;
    private final List<Metric> metrics;

    /**
     * @param prefix of every name
     */
    GraphiteText(String prefix, Duration interval, List<Metric> metrics) {
        this.prefix = prefix;
        intervalSeconds = interval.toNanos() / NANOS;
        this.metrics = metrics;
    }

    /** Each with its newline. */
    List<String> lines(Reading reading) {
        List<String> lines = new ArrayList<>();
        String time = " " + reading.now().getEpochSecond() + "\n";
        for (Metric metric : metrics) {
            String name = name(metric);
            double value = metric.value().applyAsDouble(reading);
            if (metric.kind() == Metric.Kind.COUNTER) {
                lines.add(name + ".count " + (long) value + time);
                lines.add(name + ".count_ps " + twoDecimals(value / intervalSeconds) + time);
            } else {
                lines.add(name + ".value " + (long) value + time);
            }
        }
        handshakes(SampleSummary.of(reading.handshakes()), time, lines);
        return lines;
    }

    private void handshakes(SampleSummary sample, String time, List<String> lines) {
        String name = prefix + "." + NebulaName.HANDSHAKES + ".";
        lines.add(name + "count " + sample.count() + time);
        lines.add(name + "min " + sample.min() + time);
        lines.add(name + "max " + sample.max() + time);
        lines.add(name + "mean " + twoDecimals(sample.mean()) + time);
        lines.add(name + "std-dev " + twoDecimals(sample.standardDeviation()) + time);
        lines.add(name + "50-percentile " + twoDecimals(sample.percentile(0.5)) + time);
        lines.add(name + "75-percentile " + twoDecimals(sample.percentile(0.75)) + time);
        lines.add(name + "95-percentile " + twoDecimals(sample.percentile(0.95)) + time);
        lines.add(name + "99-percentile " + twoDecimals(sample.percentile(0.99)) + time);
        lines.add(name + "999-percentile " + twoDecimals(sample.percentile(0.999)) + time);
    }

    /** Graphite has no labels: their values follow the name. */
    private String name(Metric metric) {
        StringBuilder name = new StringBuilder(prefix).append('.').append(metric.name());
        for (String value : metric.labelValues()) {
            name.append('.').append(value.replace('.', '_'));
        }
        return name.toString();
    }

    private static String twoDecimals(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
