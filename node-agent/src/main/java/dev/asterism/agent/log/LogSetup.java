package dev.asterism.agent.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import dev.asterism.overlay.config.OverlayConfig;
import java.time.Duration;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/** Applies {@code logging.*}: level, text or JSON, with or without time. May be called again on reload. */
public final class LogSetup {

    private LogSetup() {}

    public static void apply(OverlayConfig.Logging settings) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        LineLayout layout = layout(context, settings);
        if (root.getAppender(QueueAppender.NAME) instanceof QueueAppender appender) {
            appender.layout(layout);
        } else {
            QueueAppender appender = new QueueAppender(root, layout);
            appender.setContext(context);
            appender.start();
            root.addAppender(appender);
        }
        root.setLevel(Level.toLevel(settings.level().name()));
    }

    /** The level in force, as {@code logging.level} names it. */
    public static String level() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Level level = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).getLevel();
        return level.toString().toLowerCase(Locale.ROOT);
    }

    /**
     * Another level, until {@link #apply} sets one.
     *
     * @param name as {@code logging.level} takes it; "warning" is Nebula's word, which Logback takes for an unknown one
     */
    public static void level(String name) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Level level = Level.toLevel(name.equals("warning") ? "warn" : name, Level.INFO);
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(level);
    }

    /** Before the process ends: waits until all lines are written, but no longer than {@code patience}. */
    public static void drain(Duration patience) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        if (root.getAppender(QueueAppender.NAME) instanceof QueueAppender appender) {
            boolean _ = appender.drain(patience);
        }
    }

    private static LineLayout layout(LoggerContext context, OverlayConfig.Logging settings) {
        LineLayout layout =
                settings.format() == OverlayConfig.LogFormat.JSON
                        ? new JsonLineLayout(!settings.disableTimestamp())
                        : new TextLineLayout(!settings.disableTimestamp());
        layout.setContext(context);
        layout.start();
        return layout;
    }
}
