package dev.asterism.l7.retry;

import java.time.Duration;

/**
 * How long things may take; zero is without end.
 *
 * @param request from the first byte of the request's head to the end of its answer, with all attempts
 * @param attempt from sending an attempt to the head of its answer ({@code try} in a file)
 * @param idle of a request on which no byte moves in either direction
 * @param connect until a connection is open
 * @param source where it stands: {@code config.yml:12}; empty: nowhere
 */
public record TimeoutPolicy(
        Duration request, Duration attempt, Duration idle, Duration connect, String source) {

    public static final TimeoutPolicy STANDARD =
            new TimeoutPolicy(
                    Duration.ofSeconds(15),
                    Duration.ZERO,
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(1),
                    "");

    public TimeoutPolicy {
        if (request.isNegative()
                || attempt.isNegative()
                || idle.isNegative()
                || connect.isNegative()) {
            throw new IllegalArgumentException("a time-out is not negative");
        }
    }

    /** Another time for the whole request. */
    public TimeoutPolicy withRequest(Duration time) {
        return new TimeoutPolicy(time, attempt, idle, connect, source);
    }
}
