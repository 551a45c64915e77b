package dev.asterism.agent.metrics;

import dev.asterism.overlay.handshake.DurationSample;
import java.util.List;

/**
 * What Nebula's histogram {@code handshakes} tells of a sample, nanoseconds. The count is that of
 * all durations, the rest that of the sample. Percentiles are true ones (Nebula 1.12 exports the
 * maximum in their place).
 *
 * @param sorted the sample, ascending
 */
record SampleSummary(long count, List<Long> sorted) {

    static SampleSummary of(DurationSample.Snapshot durations) {
        return new SampleSummary(durations.count(), durations.recent());
    }

    long min() {
        return sorted.isEmpty() ? 0 : sorted.getFirst();
    }

    long max() {
        return sorted.isEmpty() ? 0 : sorted.getLast();
    }

    long sum() {
        long sum = 0;
        for (long value : sorted) {
            sum += value;
        }
        return sum;
    }

    double mean() {
        return sorted.isEmpty() ? 0 : (double) sum() / sorted.size();
    }

    double variance() {
        if (sorted.isEmpty()) {
            return 0;
        }
        double mean = mean();
        double squares = 0;
        for (long value : sorted) {
            squares += (value - mean) * (value - mean);
        }
        return squares / sorted.size();
    }

    double standardDeviation() {
        return Math.sqrt(variance());
    }

    /**
     * Between the two nearest values, by their distance.
     *
     * @param share 0 to 1
     */
    double percentile(double share) {
        if (sorted.isEmpty()) {
            return 0;
        }
        double at = share * (sorted.size() + 1);
        if (at < 1) {
            return sorted.getFirst();
        }
        if (at >= sorted.size()) {
            return sorted.getLast();
        }
        long lower = sorted.get((int) at - 1);
        long upper = sorted.get((int) at);
        return lower + (at - Math.floor(at)) * (upper - lower);
    }
}
