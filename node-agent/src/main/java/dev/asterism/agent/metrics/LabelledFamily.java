package dev.asterism.agent.metrics;

import java.util.List;

/**
 * A metric with series that come and go, as another part of the agent tells of it at a scrape.
 *
 * @param name as Prometheus shows it
 * @param bounds of the buckets of a histogram, in ascending order; else empty
 */
public record LabelledFamily(
        String name,
        Kind kind,
        String help,
        List<String> labelNames,
        List<Double> bounds,
        List<Point> points) {

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
     * @param buckets of a histogram, one more than bounds; else empty
     * @param examples of a histogram, at most one for each bucket
     */
    public record Point(
            List<String> labels, double value, List<Long> buckets, List<Example> examples) {}

    /** One value of a histogram, and the span in which it was measured, in hex. */
    public record Example(double value, String trace, String span) {}
}
