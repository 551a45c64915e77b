package dev.asterism.agent.metrics;

import dev.asterism.overlay.node.Distribution;
import java.util.function.Function;

/**
 * One histogram of ours.
 *
 * @param help one line for people
 */
record BucketMetric(String name, String help, Function<Reading, Distribution.Snapshot> values) {}
