package dev.asterism.l7.foreign;

import dev.asterism.overlay.text.GoDuration;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Numbers of retries in our words. */
final class Retries {

    private static final int MOST_TIMES = 10;

    private Retries() {}

    /** As many as we can; -1: not said. */
    static int times(Fields at, String key) {
        int times = at.whole(key, 0, Integer.MAX_VALUE);
        if (times > MOST_TIMES) {
            at.refuse(key, "%d: at most 10 retries are made".formatted(times), "");
        }
        return Math.min(times, MOST_TIMES);
    }

    /** From the unit that other proxies double up to ten of it, as Envoy has it. */
    static @Nullable String backoff(@Nullable String unit) {
        if (unit == null) {
            return null;
        }
        Duration least = Objects.requireNonNull(GoDuration.parse(unit));
        return unit + ".." + GoDuration.text(least.multipliedBy(10));
    }

    /** 20% for 0.2. */
    static String percent(double ratio) {
        String text = "%.2f".formatted(ratio * 100).replaceFirst("\\.?0+$", "");
        return (text.isEmpty() ? "0" : text) + "%";
    }
}
