package dev.asterism.l7.retry;

import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.concurrent.TimeUnit;

/**
 * When a server wants to be asked again: {@code retry-after} (RFC 9110 10.2.3) and {@code grpc-retry-pushback-ms} (gRPC
 * proposal A6). At most 300 s are believed. Allocates nothing unless retry-after is a date.
 */
public final class ServerAdvice {

    /** Nothing was said. */
    public static final long NONE = -1;

    /** Not again. */
    public static final long NEVER = -2;

    public static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(300);

    private ServerAdvice() {}

    /** In nanoseconds, or {@link #NONE}, or {@link #NEVER}. */
    public static long of(Head answer) {
        int pushback = answer.find(FieldNames.GRPC_RETRY_PUSHBACK_MS);
        if (pushback >= 0) {
            long millis = answer.valueNumber(pushback);
            // gRPC: a negative value, and one that cannot be read, forbid it.
            return millis < 0 ? NEVER : capped(TimeUnit.MILLISECONDS.toNanos(millis));
        }
        int after = answer.find(FieldNames.RETRY_AFTER);
        if (after < 0) {
            return NONE;
        }
        long seconds = answer.valueNumber(after);
        return seconds >= 0 ? capped(TimeUnit.SECONDS.toNanos(seconds)) : untilDate(answer, after);
    }

    private static long capped(long nanos) {
        return Math.min(nanos, MOST_NANOS);
    }

    /** A date is compared with the answer's own, so that the two hosts' clocks need not agree. */
    private static long untilDate(Head answer, int after) {
        int date = answer.find(FieldNames.DATE);
        if (date < 0) {
            return NONE;
        }
        try {
            Duration left = Duration.between(time(answer, date), time(answer, after));
            return left.isNegative() ? 0 : capped(Math.min(left.toSeconds(), 300) * 1_000_000_000L);
        } catch (DateTimeParseException _) {
            return NONE;
        }
    }

    private static ZonedDateTime time(Head head, int row) {
        String text =
                new String(
                        head.bytes(),
                        head.valueAt(row),
                        head.valueLength(row),
                        StandardCharsets.ISO_8859_1);
        return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
    }
}
