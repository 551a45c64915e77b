package dev.asterism.overlay.handshake;

import java.util.Arrays;
import java.util.List;

/**
 * Durations: all of them in buckets, without an end, and the last {@link #KEPT} exactly.
 * Nanoseconds. Thread-safe; for the control plane's pace, not for packets.
 */
public final class DurationSample {

    /** As many as Nebula's sample has. */
    static final int KEPT = 1028;

    private static final long[] BOUNDS_NANOS = {
        1_000_000L,
        2_500_000L,
        5_000_000L,
        10_000_000L,
        25_000_000L,
        50_000_000L,
        100_000_000L,
        250_000_000L,
        500_000_000L,
        1_000_000_000L,
        2_500_000_000L,
        5_000_000_000L,
        10_000_000_000L
    };

    private final long[] counts = new long[BOUNDS_NANOS.length + 1];
    private long[] kept = {};
    private long count;
    private long sumNanos;

    /**
     * @param count of all durations
     * @param sumNanos of all durations
     * @param counts of the durations up to each bound and above the one before; the last is for those above all bounds
     * @param recent the last of them, ascending
     */
    public record Snapshot(long count, long sumNanos, List<Long> counts, List<Long> recent) {}

    /** Upper bounds of the buckets, ascending. */
    public static long[] boundsNanos() {
        return BOUNDS_NANOS.clone();
    }

    synchronized void add(long nanos) {
        if (count >= kept.length && kept.length < KEPT) {
            kept = Arrays.copyOf(kept, Math.min(KEPT, Math.max(8, kept.length * 2)));
        }
        kept[(int) (count % KEPT)] = nanos;
        count++;
        sumNanos += nanos;
        int bucket = 0;
        while (bucket < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[bucket]) {
            bucket++;
        }
        counts[bucket]++;
    }

    public synchronized Snapshot snapshot() {
        int recent = (int) Math.min(count, kept.length);
        return new Snapshot(
                count,
                sumNanos,
                Arrays.stream(counts).boxed().toList(),
                Arrays.stream(kept, 0, recent).sorted().boxed().toList());
    }
}
