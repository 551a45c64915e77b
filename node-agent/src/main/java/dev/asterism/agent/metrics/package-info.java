/**
 * Metrics of a node for Prometheus and Graphite (spec behaviour.md 7): Nebula's series under its
 * names, and ours beside them. Everything is read when somebody asks, from counters that the engine
 * keeps anyway. With {@code stats.type: none} only {@link dev.asterism.agent.metrics.StatsService}
 * is loaded.
 */
@NullMarked
package dev.asterism.agent.metrics;

import org.jspecify.annotations.NullMarked;
