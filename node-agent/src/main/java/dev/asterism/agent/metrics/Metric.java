package dev.asterism.agent.metrics;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * One series.
 *
 * @param name of a series of Nebula with dots, as in its registry; of ours as Prometheus shows it
 * @param help one line for people
 * @param labels names and values in turns; Nebula's have none
 */
record Metric(
        String name, Kind kind, String help, List<String> labels, ToDoubleFunction<Reading> value) {

    enum Kind {
        /** Only grows while the process lives. */
        COUNTER,
        GAUGE
    }

    static Metric counter(String name, ToDoubleFunction<Reading> value) {
        return new Metric(name, Kind.COUNTER, name, List.of(), value);
    }

    static Metric gauge(String name, ToDoubleFunction<Reading> value) {
        return new Metric(name, Kind.GAUGE, name, List.of(), value);
    }

    List<String> labelNames() {
        return everySecond(0);
    }

    List<String> labelValues() {
        return everySecond(1);
    }

    private List<String> everySecond(int from) {
        return IntStream.range(0, labels.size() / 2)
                .mapToObj(i -> labels.get(2 * i + from))
                .toList();
    }
}
