package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.Entry;
import dev.asterism.overlay.config.ConfigNode.ListNode;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Finds keys nobody reads: unknown ones, old ones, and those of Nebula that have no effect yet. */
final class KeyCheck {

    private final KeyTree known = KeyTree.ofKnownKeys();
    private final Map<String, String> pathsByName = known.pathsByName();
    private final UnknownKeys unknownKeys;
    private final Problems problems;

    KeyCheck(UnknownKeys unknownKeys, Problems problems) {
        this.unknownKeys = unknownKeys;
        this.problems = problems;
    }

    void check(MapNode root) {
        checkMap(root, known, "");
    }

    private void checkMap(MapNode map, KeyTree tree, String path) {
        map.entries()
                .forEach(
                        (key, entry) -> {
                            String keyPath = path.isEmpty() ? key : path + "." + key;
                            KeyTree child = tree.child(key);
                            if (child == null) {
                                tellUnknown(entry, key, keyPath, tree);
                            } else {
                                checkValue(entry, child, keyPath);
                            }
                        });
    }

    private void checkValue(Entry entry, KeyTree tree, String path) {
        ConfigNode value = entry.value();
        switch (tree.fate()) {
            case OLD ->
                    problems.notice(
                            entry.keyPosition(),
                            path,
                            "key %s belongs to older versions of Nebula: it has no effect"
                                    .formatted(path));
            case NOT_YET -> tellNotYet(entry, tree, path);
            case SECTION -> {
                if (tree.item() == null && !mayStandForMap(value)) {
                    problems.error(
                            value.position(),
                            path,
                            "%s must be a map, not a %s".formatted(path, value.kindName()));
                }
            }
            case SUPPORTED -> {}
        }
        descend(value, tree, path);
    }

    private static boolean mayStandForMap(ConfigNode value) {
        return value instanceof MapNode || value instanceof ScalarNode s && s.isNull();
    }

    private void descend(ConfigNode value, KeyTree tree, String path) {
        KeyTree item = tree.item();
        if (value instanceof MapNode map && item == null && !tree.isLeaf()) {
            checkMap(map, tree, path);
        } else if (value instanceof ListNode list && item != null) {
            for (int i = 0; i < list.items().size(); i++) {
                if (list.items().get(i) instanceof MapNode map) {
                    checkMap(map, item, path + "[" + i + "]");
                } else {
                    descend(list.items().get(i), item, path + "[" + i + "]");
                }
            }
        }
    }

    private void tellNotYet(Entry entry, KeyTree tree, String path) {
        if (changesNothing(entry.value(), tree.harmless())) {
            return;
        }
        String message =
                path.equals("l7")
                        ? "key l7: the filter is not built yet: it has no effect"
                        : "key %s is known to Nebula but not supported yet: it has no effect"
                                .formatted(path);
        problems.notice(entry.keyPosition(), path, message);
    }

    private static boolean changesNothing(ConfigNode value, List<String> harmless) {
        return switch (value) {
            case MapNode map -> map.entries().isEmpty();
            case ListNode list -> list.items().isEmpty();
            case ScalarNode scalar ->
                    scalar.isNull()
                            || scalar.text().isEmpty()
                            || harmless.contains(scalar.text())
                            || harmless.contains(asBoolWord(scalar));
        };
    }

    private static String asBoolWord(ScalarNode scalar) {
        Boolean value = Words.bool(scalar.canonical());
        return value == null ? scalar.canonical().toLowerCase(Locale.ROOT) : value.toString();
    }

    private void tellUnknown(Entry entry, String key, String path, KeyTree siblings) {
        String message = "unknown key " + path;
        String hint = hint(key, siblings);
        switch (unknownKeys) {
            case REFUSE -> problems.error(entry.keyPosition(), path, message, hint);
            case REPORT -> problems.notice(entry.keyPosition(), path, message, hint);
        }
    }

    private String hint(String key, KeyTree siblings) {
        String nearest = Words.nearest(key, siblings.names());
        if (nearest.isEmpty()) {
            String elsewhere = Words.nearest(key, pathsByName.keySet());
            nearest = pathsByName.getOrDefault(elsewhere, "");
        }
        return nearest.isEmpty() ? "" : "did you mean " + nearest + "?";
    }
}
