package dev.asterism.cert.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A length of time in Go's notation: {@code 1h30m}, {@code 300ms}, {@code -1.5h}; no days.
 *
 * @param nanos may be negative
 */
record DurationArgument(long nanos) {

    static final DurationArgument ZERO = new DurationArgument(0);

    private static final long SECOND = 1_000_000_000L;
    private static final Pattern WHOLE =
            Pattern.compile("[-+]?(?:0|(?:(?:\\d+\\.?\\d*|\\.\\d+)(?:ns|us|µs|μs|ms|s|m|h))+)");
    private static final Pattern PART =
            Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");

    static DurationArgument ofHours(long hours) {
        return new DurationArgument(hours * 3600 * SECOND);
    }

    /** Null when {@code text} is no duration or beyond 64 bits of nanoseconds. */
    static @Nullable DurationArgument parse(String text) {
        if (!WHOLE.matcher(text).matches()) {
            return null;
        }
        BigDecimal sum = BigDecimal.ZERO;
        for (Matcher part = PART.matcher(text); part.find(); ) {
            BigDecimal unit = BigDecimal.valueOf(unitNanos(part.group(2)));
            sum = sum.add(new BigDecimal(part.group(1)).multiply(unit));
        }
        BigDecimal signed = text.startsWith("-") ? sum.negate() : sum;
        try {
            return new DurationArgument(signed.setScale(0, RoundingMode.DOWN).longValueExact());
        } catch (ArithmeticException _) {
            return null;
        }
    }

    private static long unitNanos(String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "us", "µs", "μs" -> 1_000;
            case "ms" -> 1_000_000;
            case "s" -> SECOND;
            case "m" -> 60 * SECOND;
            default -> 3600 * SECOND;
        };
    }

    boolean isPositive() {
        return nanos > 0;
    }

    /** Whole seconds as Go prints them: {@code 8760h0m0s}. */
    @Override
    public String toString() {
        long seconds = nanos / SECOND;
        return seconds / 3600 + "h" + seconds / 60 % 60 + "m" + seconds % 60 + "s";
    }
}
