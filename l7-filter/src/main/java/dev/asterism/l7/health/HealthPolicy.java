package dev.asterism.l7.health;

import java.time.Duration;

/**
 * How an application is asked whether it is well. Figures are those of HAProxy. Immutable.
 *
 * @param target path of {@link Kind#HTTP}, service of {@link Kind#GRPC}; may be empty
 * @param every from one question to the next
 * @param timeout of one answer
 * @param fall failures in a row that make it unwell
 * @param rise good answers in a row that make it well again
 * @param source where it stands: {@code config.yml:12}; empty: nowhere
 */
public record HealthPolicy(
        Kind kind,
        String target,
        Duration every,
        Duration timeout,
        int fall,
        int rise,
        String source) {

    /** What is asked. */
    public enum Kind {
        /** GET of a path; 200 to 399 is good. */
        HTTP,
        /** A connection. */
        TCP,
        /** {@code grpc.health.v1.Health/Check}; SERVING is good. */
        GRPC
    }

    /** Of an advertised service without a key {@code health}. */
    public static final HealthPolicy STANDARD =
            new HealthPolicy(Kind.TCP, "", Duration.ofSeconds(2), Duration.ofSeconds(1), 3, 2, "");

    /** Whether it asks the same in the same way. */
    public boolean isSameAs(HealthPolicy other) {
        return withoutSource().equals(other.withoutSource());
    }

    private HealthPolicy withoutSource() {
        return new HealthPolicy(kind, target, every, timeout, fall, rise, "");
    }
}
