package dev.asterism.agent.log;

import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.event.MeshEvent;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Turns events into log lines: the message, the record's components as keys, and last the {@link EventName} as key
 * {@code event}; docs/log-events.md lists them. Of one kind of event at most {@link #PER_SECOND} lines a second are
 * written, because unauthenticated senders can cause some; the next line says how many were left out. Control plane's
 * thread.
 */
public final class EventLogger implements EventSink {

    private static final int PER_SECOND = 20;
    private static final long SECOND = 1_000_000_000L;

    private final Logger log = LoggerFactory.getLogger("asterism");
    private final Map<Class<?>, Rate> rates = new LinkedHashMap<>();

    private static final class Rate {
        final String name;
        long second;
        int written;
        long leftOut;

        Rate(Class<?> type) {
            name = EventName.of(type);
        }
    }

    @Override
    public void emit(MeshEvent event) {
        Level level = Level.valueOf(event.level().name());
        if (!log.isEnabledForLevel(level)) {
            return;
        }
        Rate rate = rates.computeIfAbsent(event.getClass(), Rate::new);
        long second = Math.floorDiv(System.nanoTime(), SECOND);
        if (second != rate.second) {
            rate.second = second;
            rate.written = 0;
        }
        if (rate.written >= PER_SECOND) {
            rate.leftOut++;
            return;
        }
        rate.written++;
        write(event, level, rate);
    }

    private void write(MeshEvent event, Level level, Rate rate) {
        LoggingEventBuilder line = log.atLevel(level).setMessage(event.message());
        RecordComponent[] components = event.getClass().getRecordComponents();
        if (components != null) {
            for (RecordComponent component : components) {
                line = line.addKeyValue(component.getName(), valueOf(component, event));
            }
        }
        if (rate.leftOut > 0) {
            line = line.addKeyValue("leftOutBefore", rate.leftOut);
            rate.leftOut = 0;
        }
        line.addKeyValue("event", rate.name).log();
    }

    private static String valueOf(RecordComponent component, MeshEvent event) {
        try {
            Object value = component.getAccessor().invoke(event);
            boolean index = component.getName().endsWith("Index");
            return index && value instanceof Integer i
                    ? Integer.toUnsignedString(i)
                    : String.valueOf(value);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("events are public records", e);
        }
    }
}
