package dev.asterism.l7.limit;

import java.time.Duration;

/**
 * How often something may happen.
 *
 * @param count within the period; {@link #UNLIMITED} has none
 * @param period of the count
 * @param burst how many may come at once, at least 1
 */
public record Rate(long count, Duration period, int burst) {

    public static final Rate UNLIMITED = new Rate(Long.MAX_VALUE, Duration.ofSeconds(1), 1);

    private static final long MOST_COUNT = 1_000_000_000;

    public Rate {
        boolean counts = count >= 1 && count <= MOST_COUNT || count == Long.MAX_VALUE;
        if (!counts || !period.isPositive() || burst < 1) {
            throw new IllegalArgumentException(
                    "a rate is 1 to 1000000000 a period, with a burst of at least 1");
        }
    }

    /** So many a second, with a burst of what comes in a tenth of a second. */
    public static Rate perSecond(long count) {
        return new Rate(count, Duration.ofSeconds(1), Math.clamp(count / 10, 1, 1_000_000));
    }

    public Rate withBurst(int size) {
        return new Rate(count, period, size);
    }

    public boolean isUnlimited() {
        return count == Long.MAX_VALUE;
    }

    /** Between two of them when they come evenly. */
    public long intervalNanos() {
        return Math.max(1, period.toNanos() / count);
    }
}
