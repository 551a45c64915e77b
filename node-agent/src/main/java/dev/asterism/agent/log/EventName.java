package dev.asterism.agent.log;

import java.util.Locale;

/** Names of events in the log, stable between versions (docs/log-events.md). */
final class EventName {

    private EventName() {}

    /**
     * {@code tunnel.made-primary} for the record {@code TunnelEvent.MadePrimary}, {@code packet-drop} for the record
     * {@code PacketDropEvent} that is in no interface.
     */
    static String of(Class<?> event) {
        Class<?> group = event.getEnclosingClass();
        return group == null
                ? words(withoutSuffix(event))
                : words(withoutSuffix(group)) + "." + words(event.getSimpleName());
    }

    private static String withoutSuffix(Class<?> type) {
        String name = type.getSimpleName();
        return name.endsWith("Event") ? name.substring(0, name.length() - "Event".length()) : name;
    }

    private static String words(String name) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isUpperCase(c) && i > 0) {
                words.append('-');
            }
            words.append(c);
        }
        return words.toString().toLowerCase(Locale.ROOT);
    }
}
