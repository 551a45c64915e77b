package dev.asterism.l7.config;

import dev.asterism.l7.limit.Rate;
import dev.asterism.overlay.text.GoDuration;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Quantities as people write them: {@code 250ms}, {@code 64KiB}, {@code 100/s burst 200}, {@code 20%}, {@code
 * 25ms..250ms}; and their texts. Each reader throws {@link IllegalArgumentException} with a message for people.
 */
final class Quantities {

    private static final Pattern RATE =
            Pattern.compile("([0-9]{1,10})\\s*/\\s*(s|m|h)(?:\\s+burst\\s+([0-9]{1,7}))?");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,10})\\s*(B|KiB|MiB|GiB)?");
    private static final Pattern PERCENT = Pattern.compile("([0-9]{1,4}(?:\\.[0-9]{1,4})?)\\s*%");
    private static final int TEN_THOUSAND = 10_000;
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private Quantities() {}

    static Duration duration(String text) {
        Duration value = GoDuration.parse(text.strip());
        if (value == null) {
            boolean number = text.strip().matches("[0-9]+");
            throw new IllegalArgumentException(
                    number
                            ? "`%s` has no unit; write %ss or %sms".formatted(text, text, text)
                            : "`%s` is not a duration such as 10s, 1h30m or 250ms".formatted(text));
        }
        if (value.isNegative()) {
            throw new IllegalArgumentException("`%s` is negative".formatted(text));
        }
        return value;
    }

    static DurationRange range(String text) {
        int dots = text.indexOf("..");
        if (dots < 0) {
            throw new IllegalArgumentException(
                    "`%s` is not a range such as 25ms..250ms".formatted(text));
        }
        DurationRange range =
                new DurationRange(
                        duration(text.substring(0, dots)), duration(text.substring(dots + 2)));
        if (range.most().compareTo(range.least()) < 0) {
            throw new IllegalArgumentException(
                    "`%s` is not a range: the smaller comes first".formatted(text));
        }
        return range;
    }

    static int bytes(String text) {
        Matcher size = SIZE.matcher(text.strip());
        if (!size.matches()) {
            throw new IllegalArgumentException("`%s` is not a size such as 64KiB".formatted(text));
        }
        String unit = size.group(2) == null ? "B" : size.group(2);
        int shift =
                switch (unit) {
                    case "KiB" -> 10;
                    case "MiB" -> 20;
                    case "GiB" -> 30;
                    default -> 0;
                };
        long bytes = Long.parseLong(size.group(1)) << shift;
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("`%s` is more than 2 GiB".formatted(text));
        }
        return (int) bytes;
    }

    /** 0.2 for {@code 20%}. */
    static double ratio(String text) {
        Matcher percent = PERCENT.matcher(text.strip());
        if (!percent.matches()) {
            throw new IllegalArgumentException(
                    "`%s` is not a percentage such as 20%%".formatted(text));
        }
        return new BigDecimal(percent.group(1)).divide(HUNDRED).doubleValue();
    }

    /** 2000 for {@code 20%}. */
    static int tenThousandths(String text) {
        double ratio = ratio(text);
        if (ratio > 1) {
            throw new IllegalArgumentException("`%s` is more than 100%%".formatted(text));
        }
        return (int) Math.round(ratio * TEN_THOUSAND);
    }

    static Rate rate(String text) {
        String plain = text.strip();
        if (plain.equals("unlimited")) {
            return Rate.UNLIMITED;
        }
        Matcher rate = RATE.matcher(plain);
        if (!rate.matches()) {
            throw new IllegalArgumentException(
                    "`%s` is not a rate such as 100/s, 6000/m or `100/s burst 200`"
                            .formatted(text));
        }
        long count = Long.parseLong(rate.group(1));
        Duration period =
                switch (rate.group(2)) {
                    case "m" -> Duration.ofMinutes(1);
                    case "h" -> Duration.ofHours(1);
                    default -> Duration.ofSeconds(1);
                };
        String burst = rate.group(3);
        return new Rate(
                count, period, burst == null ? burst(count, period) : Integer.parseInt(burst));
    }

    /** What comes in a tenth of a second, and at least one. */
    private static int burst(long count, Duration period) {
        return Math.clamp(count / (10 * period.toSeconds()), 1, 1_000_000);
    }

    static String text(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos % 1_000_000_000L == 0) {
            long seconds = nanos / 1_000_000_000L;
            return seconds > 0 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
        }
        return nanos % 1_000_000 == 0 ? nanos / 1_000_000 + "ms" : nanos + "ns";
    }

    static String text(Duration least, Duration most) {
        return text(least) + ".." + text(most);
    }

    static String text(Rate rate) {
        if (rate.isUnlimited()) {
            return "unlimited";
        }
        String unit =
                switch ((int) rate.period().toSeconds()) {
                    case 60 -> "m";
                    case 3600 -> "h";
                    default -> "s";
                };
        boolean usual = rate.burst() == burst(rate.count(), rate.period());
        return rate.count() + "/" + unit + (usual ? "" : " burst " + rate.burst());
    }

    static String percent(double ratio) {
        BigDecimal hundredths =
                BigDecimal.valueOf(Math.round(ratio * TEN_THOUSAND)).divide(HUNDRED);
        return hundredths.stripTrailingZeros().toPlainString() + "%";
    }

    static String bytes(int bytes) {
        for (int shift = 30; shift > 0; shift -= 10) {
            if (bytes > 0 && bytes % (1 << shift) == 0) {
                return String.format(
                        Locale.ROOT,
                        "%d%s",
                        bytes >> shift,
                        shift == 30 ? "GiB" : shift == 20 ? "MiB" : "KiB");
            }
        }
        return bytes + "B";
    }
}
