package dev.asterism.l7.breaker;

import java.time.Duration;

/**
 * When an endpoint is ejected, and for how long. Source: Linkerd's unified breaker, Envoy's outlier detection.
 *
 * @param failures in a row, 0: they are not counted
 * @param success the least ratio of good answers within the window, 0.8 is 80 %; 0: it is not looked at
 * @param window over which the ratio is taken
 * @param samples fewer say nothing about the ratio
 * @param ejectLeast of the first ejection, doubled each time in a row
 * @param ejectMost the longest
 * @param shares how many may be ejected at once
 * @param source where it stands: {@code config.yml:12}; empty: nowhere
 */
public record BreakerPolicy(
        int failures,
        double success,
        Duration window,
        int samples,
        Duration ejectLeast,
        Duration ejectMost,
        Shares shares,
        String source) {

    /**
     * Parts of a pool, from 0 to 1.
     *
     * @param maxEjected of the endpoints may be ejected at once, one in any case
     * @param panic with fewer endpoints left all are used; 0: never
     */
    public record Shares(double maxEjected, double panic) {

        public Shares {
            if (!(maxEjected >= 0 && maxEjected <= 1 && panic >= 0 && panic <= 1)) {
                throw new IllegalArgumentException("max_ejected and panic are 0 % to 100 %");
            }
        }
    }

    public static final BreakerPolicy STANDARD =
            new BreakerPolicy(
                    5,
                    0.8,
                    Duration.ofSeconds(10),
                    5,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(60),
                    new Shares(0.5, 0.5),
                    "");

    /** The same rules, wherever they stand. */
    public boolean isSameAs(BreakerPolicy other) {
        return withoutSource().equals(other.withoutSource());
    }

    private BreakerPolicy withoutSource() {
        return new BreakerPolicy(
                failures, success, window, samples, ejectLeast, ejectMost, shares, "");
    }

    public BreakerPolicy {
        if (failures < 0 || samples < 1) {
            throw new IllegalArgumentException("failures is not negative, samples is at least 1");
        }
        if (!(success >= 0 && success <= 1)) {
            throw new IllegalArgumentException("success is 0 % to 100 %");
        }
        if (window.compareTo(Duration.ofMillis(100)) < 0) {
            throw new IllegalArgumentException("window is at least 100ms");
        }
        if (!ejectLeast.isPositive() || ejectMost.compareTo(ejectLeast) < 0) {
            throw new IllegalArgumentException("eject is a range, the smaller first");
        }
    }
}
