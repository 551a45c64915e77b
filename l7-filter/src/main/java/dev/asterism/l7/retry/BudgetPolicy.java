package dev.asterism.l7.retry;

import java.time.Duration;

/**
 * How many retries a service may have, by all its routes and loops. Source: Finagle's RetryBudget, Linkerd's service
 * profiles.
 *
 * @param ratio of the requests within the window, 0.2 is 20 %
 * @param floor retries a second that are allowed whatever the traffic
 * @param window over which both are counted
 */
public record BudgetPolicy(double ratio, int floor, Duration window) {

    public static final BudgetPolicy STANDARD = new BudgetPolicy(0.2, 10, Duration.ofSeconds(10));

    public BudgetPolicy {
        if (!(ratio >= 0 && ratio <= 10)) {
            throw new IllegalArgumentException("a ratio is 0 % to 1000 %");
        }
        if (floor < 0 || floor > 1_000_000) {
            throw new IllegalArgumentException("a floor is 0/s to 1000000/s");
        }
        if (window.compareTo(Duration.ofSeconds(1)) < 0
                || window.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("a window is 1s to 1h");
        }
    }
}
