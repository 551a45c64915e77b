package dev.asterism.l7.limit;

import java.time.Duration;

/**
 * How much of a service may be under way at once, over all loops of the agent. What goes over it waits, and is
 * answered with {@code overflow} when too many wait or when it has waited too long.
 *
 * @param connections to its endpoints
 * @param pending requests that wait for a connection, a place or an endpoint
 * @param requests that are at an endpoint
 * @param patience how long one waits ({@code wait} in a file); zero: not at all
 * @param source where it stands: {@code config.yml:12}; empty: nowhere
 */
public record MaxPolicy(
        int connections, int pending, int requests, Duration patience, String source) {

    public static final MaxPolicy STANDARD =
            new MaxPolicy(1024, 1024, 1024, Duration.ofSeconds(1), "");

    public MaxPolicy {
        if (connections < 1 || requests < 1 || pending < 0) {
            throw new IllegalArgumentException(
                    "connections and requests are at least 1, pending at least 0");
        }
        if (patience.isNegative() || patience.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("wait is 0 to 1m");
        }
    }
}
