package dev.asterism.l7.telemetry;

import java.util.List;
import java.util.stream.IntStream;

/**
 * One metric with all its series, at a moment.
 *
 * @param help one line for people
 */
public record MetricFamily(
        String name, Kind kind, String help, List<String> labelNames, List<Point> points) {

    /** How it is shown. */
    public enum Kind {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    /**
     * One series.
     *
     * @param value the number; of a histogram the sum of its values
     * @param buckets of a histogram: how many values are in each, the last one above all bounds; else empty
     * @param examples of a histogram: the latest value of a bucket whose span is sent to a collector
     */
    public record Point(
            List<String> labels, double value, List<Long> buckets, List<Example> examples) {

        /** Without examples. */
        public Point(List<String> labels, double value, List<Long> buckets) {
            this(labels, value, buckets, List.of());
        }
    }

    /** One value and its span, in hex. */
    public record Example(double seconds, String trace, String span) {}

    /** Upper bounds of the buckets of histograms, in seconds. */
    public static List<Double> bounds() {
        return IntStream.range(0, Latencies.BUCKETS - 1).mapToObj(Latencies::boundSeconds).toList();
    }
}
