/**
 * What the filter tells of its requests: counters and latencies by service and route, and an access log. Each loop
 * counts into plain longs of its own, and who reads sums them up; nothing on the way of a request waits for a reader.
 * Label sets are bounded: what is too many is counted as {@code other}. Source: docs/metrics.md.
 */
@NullMarked
package dev.asterism.l7.telemetry;

import org.jspecify.annotations.NullMarked;
