package dev.asterism.l7.telemetry;

import java.util.List;

/**
 * A span that is over, to be sent away.
 *
 * @param high the first half of the trace's id
 * @param parent 0: it has none
 * @param startNanos of the loops' clock
 * @param failed and then {@code message} says why
 */
record SpanRecord(
        long high,
        long low,
        long span,
        long parent,
        Kind kind,
        String name,
        long startNanos,
        long endNanos,
        List<Field> fields,
        boolean failed,
        String message) {

    /** By its number in OTLP. */
    enum Kind {
        SERVER(2),
        CLIENT(3);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    /** An attribute: a {@link String}, a {@link Long} or a list of strings. */
    record Field(String key, Object value) {}
}
