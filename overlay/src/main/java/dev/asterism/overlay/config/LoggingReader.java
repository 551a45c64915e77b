package dev.asterism.overlay.config;

import dev.asterism.overlay.config.OverlayConfig.LogFormat;
import dev.asterism.overlay.config.OverlayConfig.LogLevel;
import dev.asterism.overlay.config.OverlayConfig.Logging;
import java.util.Locale;

/** {@code logging}. */
final class LoggingReader {

    private LoggingReader() {}

    static Logging read(Section section) {
        return new Logging(
                level(section),
                section.choice("format", LogFormat.values()),
                section.bool("disable_timestamp"));
    }

    private static LogLevel level(Section section) {
        String level = section.text("level").toLowerCase(Locale.ROOT);
        return switch (level) {
            case "trace" -> LogLevel.TRACE;
            case "debug" -> LogLevel.DEBUG;
            case "info" -> LogLevel.INFO;
            case "warn", "warning" -> LogLevel.WARN;
            case "error", "fatal", "panic" -> LogLevel.ERROR;
            default -> {
                section.error("level", "not a valid logging level: \"%s\"".formatted(level));
                yield LogLevel.INFO;
            }
        };
    }
}
