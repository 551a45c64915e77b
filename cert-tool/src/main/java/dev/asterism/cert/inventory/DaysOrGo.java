package dev.asterism.cert.inventory;

import dev.asterism.overlay.text.GoDuration;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Spans of time for people: whole days like {@code 90d}, or Go's syntax, which has none. */
public final class DaysOrGo {

    private static final int MOST_DIGITS = 5;

    private DaysOrGo() {}

    /** Null when the text is none, or is not longer than zero. */
    public static @Nullable Duration parse(String text) {
        String digits = text.endsWith("d") ? text.substring(0, text.length() - 1) : "";
        boolean isDays =
                !digits.isEmpty()
                        && digits.length() <= MOST_DIGITS
                        && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        Duration parsed =
                isDays ? Duration.ofDays(Integer.parseInt(digits)) : GoDuration.parse(text);
        return parsed == null || !parsed.isPositive() ? null : parsed;
    }

    /** For people: in days where it is some, else as Go prints it. */
    public static String text(Duration duration) {
        return duration.toDays() >= 2
                ? duration.toDays() + " days"
                : GoDuration.inHours(duration.isNegative() ? Duration.ZERO : duration);
    }
}
