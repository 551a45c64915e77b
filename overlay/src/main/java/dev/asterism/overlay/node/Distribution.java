package dev.asterism.overlay.node;

import java.util.Arrays;
import java.util.List;

/** Measured values in buckets, counted since the start. Thread-safe; for the control plane's pace, not for packets. */
public final class Distribution {

    private final double[] bounds;
    private final long[] counts;
    private double sum;

    /**
     * @param bounds upper ones of the buckets, ascending
     * @param counts of the values up to each bound and above the one before; the last is for those above all bounds
     * @param sum of all values
     */
    public record Snapshot(List<Double> bounds, List<Long> counts, double sum) {}

    /**
     * @param bounds upper ones of the buckets, ascending
     */
    Distribution(double... bounds) {
        this.bounds = bounds.clone();
        counts = new long[bounds.length + 1];
    }

    synchronized void add(double value) {
        int bucket = 0;
        while (bucket < bounds.length && value > bounds[bucket]) {
            bucket++;
        }
        counts[bucket]++;
        sum += value;
    }

    public synchronized Snapshot snapshot() {
        return new Snapshot(
                Arrays.stream(bounds).boxed().toList(),
                Arrays.stream(counts).boxed().toList(),
                sum);
    }
}
