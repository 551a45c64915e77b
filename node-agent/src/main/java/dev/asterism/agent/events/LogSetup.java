package dev.asterism.agent.events;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import dev.asterism.overlay.config.OverlayConfig;
import org.slf4j.LoggerFactory;

/** Applies {@code logging.*}: level, text or JSON, with or without time. May be called again on reload. */
public final class LogSetup {

    private LogSetup() {}

    public static void apply(OverlayConfig.Logging settings) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout(context, settings));
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setEncoder(encoder);
        console.start();
        root.addAppender(console);
        root.setLevel(level(settings.level()));
    }

    private static LineLayout layout(LoggerContext context, OverlayConfig.Logging settings) {
        LineLayout layout =
                settings.format().equals("json")
                        ? new JsonLineLayout(!settings.disableTimestamp())
                        : new TextLineLayout(!settings.disableTimestamp());
        layout.setContext(context);
        layout.start();
        return layout;
    }

    private static Level level(String name) {
        return switch (name) {
            case "trace" -> Level.TRACE;
            case "debug" -> Level.DEBUG;
            case "warn", "warning" -> Level.WARN;
            case "error" -> Level.ERROR;
            default -> Level.INFO;
        };
    }
}
