package dev.asterism.agent.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/** Writes events to standard output, in UTF-8 and without ever making the caller wait: see {@link LineQueue}. */
final class QueueAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

    static final String NAME = "stdout";

    private final Logger logger;
    private final LineQueue queue;
    private volatile LineLayout layout;

    /**
     * @param logger in whose name dropped lines are reported
     */
    QueueAppender(Logger logger, LineLayout layout) {
        this.logger = logger;
        this.layout = layout;
        setName(NAME);
        queue = new LineQueue(new FileOutputStream(FileDescriptor.out), this::dropped).start();
    }

    void layout(LineLayout next) {
        layout = next;
    }

    boolean drain(Duration patience) {
        return queue.drain(patience);
    }

    @Override
    protected void append(ILoggingEvent event) {
        queue.offer(line(event));
    }

    private byte[] line(ILoggingEvent event) {
        return layout.doLayout(event).getBytes(StandardCharsets.UTF_8);
    }

    private byte[] dropped(long count) {
        LoggingEvent event =
                new LoggingEvent(
                        QueueAppender.class.getName(),
                        logger,
                        Level.WARN,
                        "Log lines were dropped as nobody read standard output",
                        null,
                        new Object[0]);
        event.setKeyValuePairs(List.of(new KeyValuePair("count", count)));
        return line(event);
    }
}
