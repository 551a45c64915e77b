package dev.asterism.overlay.config;

import dev.asterism.overlay.config.OverlayConfig.Logging;
import java.util.List;
import java.util.Locale;

/** {@code logging}. */
final class LoggingReader {

    private LoggingReader() {}

    static Logging read(Section section) {
        return new Logging(
                level(section),
                section.word("format", List.of("text", "json")),
                section.bool("disable_timestamp", false));
    }

    private static String level(Section section) {
        String level = section.text("level", "info").toLowerCase(Locale.ROOT);
        return switch (level) {
            case "trace", "debug", "info", "warn", "error" -> level;
            case "warning" -> "warn";
            case "fatal", "panic" -> "error";
            default -> {
                section.error("level", "not a valid logging level: \"%s\"".formatted(level));
                yield "info";
            }
        };
    }
}
