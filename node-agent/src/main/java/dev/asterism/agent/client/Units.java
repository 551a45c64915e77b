package dev.asterism.agent.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Numbers as people read them. */
final class Units {

    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final long THOUSAND = 1_000;
    private static final String[] PREFIXES = {"B", "kB", "MB", "GB", "TB"};

    private Units() {}

    /** Two units at most would be false precision: one is enough. */
    static String age(long millis) {
        if (millis < SECOND) {
            return Math.max(0, millis) + "ms";
        }
        if (millis < MINUTE) {
            return millis / SECOND + "s";
        }
        if (millis < HOUR) {
            return millis / MINUTE + "m";
        }
        return millis < 2 * DAY ? millis / HOUR + "h" : millis / DAY + "d";
    }

    static String since(String instant, Instant now) {
        return age(Duration.between(Instant.parse(instant), now).toMillis());
    }

    /** Of a round trip: a tenth of a millisecond matters below a hundred. */
    static String millis(long micros) {
        double millis = micros / 1_000.0;
        return millis < 100
                ? String.format(Locale.ROOT, "%.1fms", Math.max(0.1, millis))
                : age(Math.round(millis));
    }

    static String bytes(long bytes) {
        double value = bytes;
        int prefix = 0;
        while (value >= 999.5 && prefix < PREFIXES.length - 1) {
            value /= THOUSAND;
            prefix++;
        }
        return prefix > 0 && value < 9.95
                ? String.format(Locale.ROOT, "%.1f%s", value, PREFIXES[prefix])
                : Math.round(value) + PREFIXES[prefix];
    }
}
