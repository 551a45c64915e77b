package dev.asterism.l7.retry;

import java.time.Duration;
import java.util.List;

/**
 * Whether and how a request is sent again. {@link #methods} are those that may be repeated although a server may have
 * seen them; {@code any} is every method. What no server has seen ({@code connect}, {@code refused}) is repeated for
 * every method.
 *
 * @param on after what
 * @param times at most, 0: never
 * @param methods in upper case, or the one word {@code any}
 * @param backoffLeast the unit of the back-off
 * @param backoffMost its cap
 * @param bodyBytes that are kept so that they can be sent again; a larger body is sent once
 * @param source where it stands: {@code config.yml:12}; empty: nowhere
 */
public record RetryPolicy(
        RetryConditions on,
        int times,
        List<String> methods,
        Duration backoffLeast,
        Duration backoffMost,
        int bodyBytes,
        BudgetPolicy budget,
        String source) {

    /** In place of a list of methods. */
    public static final String ANY_METHOD = "any";

    /** Idempotent methods, RFC 9110 9.2.2. */
    public static final List<String> IDEMPOTENT =
            List.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE");

    public static final RetryPolicy STANDARD =
            new RetryPolicy(
                    RetryConditions.STANDARD,
                    1,
                    IDEMPOTENT,
                    Duration.ofMillis(25),
                    Duration.ofMillis(250),
                    64 << 10,
                    BudgetPolicy.STANDARD,
                    "");

    public RetryPolicy {
        methods = List.copyOf(methods);
        if (times < 0 || times > 100) {
            throw new IllegalArgumentException("times is 0 to 100");
        }
        if (backoffLeast.isNegative() || backoffMost.compareTo(backoffLeast) < 0) {
            throw new IllegalArgumentException("backoff is a range, the smaller first");
        }
        if (bodyBytes < 0 || bodyBytes > 16 << 20) {
            throw new IllegalArgumentException("body is 0 to 16MiB");
        }
    }
}
