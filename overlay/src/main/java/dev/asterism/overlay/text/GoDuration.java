package dev.asterism.overlay.text;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Durations as Go writes them: {@code 1h30m}, {@code 250ms}, {@code -1.5h}, {@code 0}; units ns, us, µs, ms, s,
 * m, h; no days (spec behaviour.md 2.2). Values fit 64 bits of nanoseconds. Any thread.
 */
public final class GoDuration {

    private static final int LONGEST_TEXT = 64;
    private static final BigDecimal LIMIT = BigDecimal.valueOf(Long.MAX_VALUE);

    private GoDuration() {}

    /** Null when {@code text} is no duration; a number without a unit is none. */
    public static @Nullable Duration parse(String text) {
        boolean negative = text.startsWith("-");
        String rest = negative || text.startsWith("+") ? text.substring(1) : text;
        if (rest.equals("0")) {
            return Duration.ZERO;
        }
        if (rest.isEmpty() || rest.length() > LONGEST_TEXT) {
            return null;
        }
        BigDecimal nanos = BigDecimal.ZERO;
        int at = 0;
        while (at < rest.length()) {
            int unitStart = end(rest, at, true);
            int next = end(rest, unitStart, false);
            BigDecimal number = number(rest.substring(at, unitStart));
            long unit = unitNanos(rest.substring(unitStart, next));
            if (number == null || unit == 0) {
                return null;
            }
            nanos = nanos.add(number.multiply(BigDecimal.valueOf(unit)));
            at = next;
        }
        if (nanos.compareTo(LIMIT) > 0) {
            return null;
        }
        long value = nanos.longValue();
        return Duration.ofNanos(negative ? -value : value);
    }

    /** In whole seconds where it is some, else in milliseconds. */
    public static String text(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    /** In whole seconds as Go prints them: {@code 8760h0m0s}; for zero and more. */
    public static String inHours(Duration duration) {
        return "%dh%dm%ds"
                .formatted(duration.toHours(), duration.toMinutesPart(), duration.toSecondsPart());
    }

    private static int end(String text, int from, boolean numeric) {
        int at = from;
        while (at < text.length() && isNumeric(text.charAt(at)) == numeric) {
            at++;
        }
        return at;
    }

    private static boolean isNumeric(char c) {
        return c == '.' || c >= '0' && c <= '9';
    }

    private static @Nullable BigDecimal number(String text) {
        int dot = text.indexOf('.');
        if (text.isEmpty() || text.equals(".") || dot != text.lastIndexOf('.')) {
            return null;
        }
        return new BigDecimal(text);
    }

    private static long unitNanos(String unit) {
        return switch (unit) {
            case "ns" -> 1L;
            case "us", "\u00b5s", "\u03bcs" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> 0L;
        };
    }
}
