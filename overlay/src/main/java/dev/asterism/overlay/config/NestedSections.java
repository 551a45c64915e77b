package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.ListNode;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What stands below one key in numbers that the table of keys does not know: lists, and maps by name. */
final class NestedSections {

    private NestedSections() {}

    static List<Section> ofList(Section section, String key) {
        List<Section> sections = new ArrayList<>();
        List<ConfigNode> items = items(section, key);
        for (int i = 0; i < items.size(); i++) {
            String path = section.path(key) + "[" + i + "]";
            ConfigNode item = items.get(i);
            if (item instanceof MapNode map) {
                sections.add(new Section(path, map, section.itemKeys(key), section.problems()));
            } else {
                String message =
                        "entry %d must be a map, not a %s".formatted(i + 1, item.kindName());
                section.problems().errorOnce(item.position(), path, message, "");
            }
        }
        return Collections.unmodifiableList(sections);
    }

    static Map<String, Section> ofMap(Section section, String key) {
        Map<String, Section> named = new LinkedHashMap<>();
        KeyTree tree = section.tree(key);
        section.entries(key)
                .forEach(
                        (name, entry) -> {
                            String path = section.path(key) + "." + name;
                            KeyTree below = Objects.requireNonNull(tree.child(name), path);
                            switch (entry.value()) {
                                case MapNode map ->
                                        named.put(
                                                name,
                                                new Section(path, map, below, section.problems()));
                                case ScalarNode scalar when scalar.isNull() ->
                                        named.put(
                                                name,
                                                new Section(
                                                        path,
                                                        empty(entry),
                                                        below,
                                                        section.problems()));
                                default -> wrongForm(section, path, entry.value(), "a map");
                            }
                        });
        return Collections.unmodifiableMap(named);
    }

    static List<String> words(Section section, String key) {
        if (section.node(key) instanceof ScalarNode one) {
            return List.of(one.text());
        }
        List<String> words = new ArrayList<>();
        List<ConfigNode> items = items(section, key);
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof ScalarNode scalar && !scalar.isNull()) {
                words.add(scalar.text());
            } else {
                String path = section.path(key) + "[" + i + "]";
                wrongForm(section, path, items.get(i), "a single value");
            }
        }
        return Collections.unmodifiableList(words);
    }

    static Map<String, String> texts(Section section, String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        section.entries(key)
                .forEach(
                        (name, entry) -> {
                            if (entry.value() instanceof ScalarNode scalar) {
                                texts.put(name, scalar.isNull() ? "" : scalar.text());
                            } else {
                                String path = section.path(key) + "." + name;
                                wrongForm(section, path, entry.value(), "a single value");
                            }
                        });
        return Collections.unmodifiableMap(texts);
    }

    /**
     * The items of a list of single values.
     *
     * @param skips whether others are left out with a doubt, as Nebula skips them, and not with an error
     */
    static List<ScalarNode> scalars(Section section, String key, boolean skips) {
        List<ScalarNode> scalars = new ArrayList<>();
        Diagnostics problems = section.problems();
        List<ConfigNode> items = section.items(key);
        for (int i = 0; i < items.size(); i++) {
            ConfigNode item = items.get(i);
            String path = section.path(key) + "[" + i + "]";
            String message =
                    "entry %d must be a single value, not a %s".formatted(i + 1, item.kindName());
            if (item instanceof ScalarNode scalar && !scalar.isNull()) {
                scalars.add(scalar);
            } else if (skips) {
                problems.doubt(item.position(), path, message, "", "it is ignored");
            } else {
                problems.error(item.position(), path, message);
            }
        }
        return scalars;
    }

    /** That of the key, where there is no such item. */
    static String itemPath(Section section, String key, int item) {
        boolean inList = section.node(key) instanceof ListNode list && item < list.items().size();
        return section.path(key) + (inList ? "[" + item + "]" : "");
    }

    /** Of the item of a list, else of the key's value. */
    static SourcePosition itemPosition(Section section, String key, int item) {
        return section.node(key) instanceof ListNode list && item < list.items().size()
                ? list.items().get(item).position()
                : section.position(key);
    }

    /** The items of a list; none, with an error, for other values. */
    private static List<ConfigNode> items(Section section, String key) {
        ConfigNode node = section.node(key);
        if (node instanceof ListNode list) {
            return list.items();
        }
        if (node != null) {
            wrongForm(section, section.path(key), node, "a list");
        }
        return List.of();
    }

    private static MapNode empty(ConfigNode.Entry entry) {
        return new MapNode(entry.keyPosition(), Collections.emptyMap());
    }

    static void wrongForm(Section section, String path, ConfigNode found, String wanted) {
        String message = "%s must be %s, not a %s".formatted(path, wanted, found.kindName());
        section.problems().errorOnce(found.position(), path, message, "");
    }
}
