package dev.asterism.l7.foreign;

import dev.asterism.overlay.config.ConfigNode;
import dev.asterism.overlay.config.ConfigNode.ListNode;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import dev.asterism.overlay.config.ScalarKind;
import dev.asterism.overlay.config.SourcePosition;
import dev.asterism.overlay.text.QuotedYaml;
import java.util.List;
import java.util.stream.Collectors;

/** {@code services} as YAML that people go on with: a line for each key, and for each route where it comes from. */
final class SectionText {

    private final StringBuilder out = new StringBuilder();

    private SectionText() {}

    /**
     * @param head lines of comments
     */
    static String of(MapNode services, List<String> head) {
        SectionText text = new SectionText();
        head.forEach(line -> text.comment(0, line));
        text.line(0, "l7:");
        text.line(1, "enabled: true");
        text.line(1, services.entries().isEmpty() ? "services: {}" : "services:");
        services.entries()
                .forEach(
                        (name, entry) -> {
                            text.comment(2, place(entry.value().position()));
                            text.line(2, quoted(name) + ":");
                            text.service((MapNode) entry.value());
                        });
        return text.out.toString();
    }

    private static String place(SourcePosition at) {
        return at.file() + ":" + at.line();
    }

    private void service(MapNode service) {
        service.entries()
                .forEach(
                        (key, entry) -> {
                            if (entry.value() instanceof ListNode list && key.equals("routes")) {
                                line(3, "routes:");
                                list.items().forEach(route -> route((MapNode) route));
                            } else if (entry.value() instanceof MapNode map
                                    && key.equals("pools")) {
                                line(3, "pools:");
                                map.entries().forEach((pool, value) -> pair(4, pool, value));
                            } else {
                                pair(3, key, entry);
                            }
                        });
    }

    private void route(MapNode route) {
        comment(4, place(route.position()));
        String mark = "- ";
        if (route.entries().isEmpty()) {
            line(4, "- {}");
        }
        for (var entry : route.entries().entrySet()) {
            line(4, mark + entry.getKey() + ": " + flow(entry.getValue().value()));
            mark = "  ";
        }
    }

    private void pair(int depth, String key, ConfigNode.Entry entry) {
        line(depth, key(key) + ": " + flow(entry.value()));
    }

    private void line(int depth, String text) {
        out.repeat("  ", depth).append(text).append('\n');
    }

    private void comment(int depth, String text) {
        line(depth, "# " + text.replaceAll("[^\\x20-\\x7e]", "?"));
    }

    private static String flow(ConfigNode node) {
        return switch (node) {
            case ScalarNode scalar ->
                    scalar.kind() == ScalarKind.STRING ? quoted(scalar.text()) : scalar.text();
            case ListNode list ->
                    list.items().stream()
                            .map(SectionText::flow)
                            .collect(Collectors.joining(", ", "[", "]"));
            case MapNode map ->
                    map.entries().entrySet().stream()
                            .map(one -> key(one.getKey()) + ": " + flow(one.getValue().value()))
                            .collect(Collectors.joining(", ", "{", "}"));
        };
    }

    /** Our own words are never quoted, {@code on} among them. */
    private static String key(String key) {
        return key.equals("on") ? key : quoted(key);
    }

    /** As it is where every reader of YAML takes it for a text, else in quotation marks and ASCII. */
    private static String quoted(String text) {
        boolean plain =
                text.matches("[A-Za-z_/][A-Za-z0-9_./%-]*|[0-9]+(ms|s|m|h|%)|[45]xx")
                        && !text.matches("(?i)y|n|yes|no|on|off|true|false|null|t|f");
        return plain ? text : QuotedYaml.of(text);
    }
}
