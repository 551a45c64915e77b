package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.ListNode;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The string form by which Nebula reads any value: {@code [a b]}, {@code map[a:b]}, {@code <nil>}. */
final class GoText {

    private GoText() {}

    static String of(ConfigNode node) {
        return switch (node) {
            case ScalarNode scalar -> scalar.isNull() ? "<nil>" : scalar.canonical();
            case ListNode list ->
                    list.items().stream()
                            .map(GoText::of)
                            .collect(Collectors.joining(" ", "[", "]"));
            case MapNode map ->
                    new TreeMap<>(map.entries())
                            .entrySet().stream()
                                    .map(e -> e.getKey() + ":" + of(e.getValue().value()))
                                    .collect(Collectors.joining(" ", "map[", "]"));
        };
    }
}
