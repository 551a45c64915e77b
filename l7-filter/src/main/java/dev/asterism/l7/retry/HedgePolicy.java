package dev.asterism.l7.retry;

import java.time.Duration;
import java.util.List;

/**
 * Whether and when a second copy of a request goes to another endpoint while the first is still asked. Source:
 * Finagle's BackupRequestFilter.
 *
 * @param quantile the copy goes after this part of the recent latencies, 0.99 is p99; 0: after {@code after}
 * @param after a fixed time; looked at only when the quantile is 0
 * @param ratio copies for each request at most, 0.01 is 1 %; 0: none is sent
 * @param methods in upper case, or {@link RetryPolicy#ANY_METHOD}
 * @param source where it stands: {@code config.yml:12}; empty: nowhere
 */
public record HedgePolicy(
        double quantile, Duration after, double ratio, List<String> methods, String source) {

    /**
     * Safe methods, RFC 9110 9.2.1. Of an idempotent one such as PUT the copy that lost may still be at work when the
     * client, which has its answer, already sends the next.
     */
    public static final List<String> SAFE = List.of("GET", "HEAD", "OPTIONS");

    /** Of a key {@code hedge} that says nothing more. */
    public static final HedgePolicy STANDARD = new HedgePolicy(0.99, Duration.ZERO, 0.01, SAFE, "");

    public static final HedgePolicy NONE = new HedgePolicy(0.99, Duration.ZERO, 0, SAFE, "");

    public HedgePolicy {
        methods = List.copyOf(methods);
        if (!(quantile >= 0 && quantile < 1) || quantile == 0 && !after.isPositive()) {
            throw new IllegalArgumentException("a copy goes after p50 to p99, or after a time");
        }
        if (!(ratio >= 0 && ratio <= 1)) {
            throw new IllegalArgumentException("copies are 0 % to 100 % of the requests");
        }
    }

    public boolean isNone() {
        return ratio == 0;
    }

    /** They are counted alike: only the place in the file differs. */
    public boolean isSameAs(HedgePolicy other) {
        return quantile == other.quantile
                && after.equals(other.after)
                && ratio == other.ratio
                && methods.equals(other.methods);
    }
}
