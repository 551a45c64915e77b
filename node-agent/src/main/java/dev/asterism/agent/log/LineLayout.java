package dev.asterism.agent.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/** One event, one line: time, level, message, then the keys in their order (spec behaviour.md 9). */
abstract class LineLayout extends LayoutBase<ILoggingEvent> {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSXXX")
                    .withZone(ZoneId.systemDefault());

    private final boolean withTime;

    LineLayout(boolean withTime) {
        this.withTime = withTime;
    }

    @Override
    public final String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        begin(line);
        if (withTime) {
            key(line, "time", TIME.format(event.getInstant()));
        }
        key(line, "level", levelName(event.getLevel()));
        key(line, "msg", event.getFormattedMessage());
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            pairs.forEach(pair -> key(line, pair.key, String.valueOf(pair.value)));
        }
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            key(line, "error", ThrowableProxyUtil.asString(thrown));
        }
        end(line);
        return line.append('\n').toString();
    }

    private static String levelName(Level level) {
        return level == Level.TRACE ? "DEBUG-4" : level.toString();
    }

    abstract void begin(StringBuilder line);

    abstract void key(StringBuilder line, String key, String value);

    abstract void end(StringBuilder line);
}
