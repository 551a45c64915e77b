package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.Entry;
import dev.asterism.overlay.config.ConfigNode.ListNode;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Joins the files of a folder, later over earlier, with Nebula's rules (spec behaviour.md 2.1): maps
 * recursively, lists with the later items first, and an empty later value never replaces a real one.
 */
final class ConfigMerge {

    private final Diagnostics problems;

    ConfigMerge(Diagnostics problems) {
        this.problems = problems;
    }

    MapNode merge(MapNode earlier, MapNode later) {
        return mergeMaps(earlier, later, "");
    }

    private MapNode mergeMaps(MapNode earlier, MapNode later, String path) {
        Map<String, Entry> entries = new LinkedHashMap<>(earlier.entries());
        later.entries()
                .forEach(
                        (key, entry) -> {
                            String keyPath = path.isEmpty() ? key : path + "." + key;
                            entries.put(key, mergeEntry(entries.get(key), entry, keyPath));
                        });
        return new MapNode(earlier.position(), Collections.unmodifiableMap(entries));
    }

    private Entry mergeEntry(@Nullable Entry earlier, Entry later, String path) {
        if (earlier == null) {
            return later;
        }
        ConfigNode value = mergeValues(earlier.value(), later.value(), path);
        return new Entry(
                value.equals(earlier.value()) ? earlier.keyPosition() : later.keyPosition(), value);
    }

    private ConfigNode mergeValues(ConfigNode earlier, ConfigNode later, String path) {
        if (earlier instanceof MapNode a && later instanceof MapNode b) {
            return mergeMaps(a, b, path);
        }
        if (earlier instanceof ListNode a && later instanceof ListNode b) {
            List<ConfigNode> items = new ArrayList<>(b.items());
            items.addAll(a.items());
            return new ListNode(b.position(), Collections.unmodifiableList(items));
        }
        if (saysNothing(later) || isEmpty(later) && !isEmpty(earlier)) {
            tellIgnored(earlier, later, path);
            return earlier;
        }
        if (earlier instanceof ListNode) {
            problems.error(
                    later.position(),
                    path,
                    "cannot append two slices with different type (list, %s)"
                            .formatted(later.kindName()),
                    "the list is at " + earlier.position());
            return earlier;
        }
        return later;
    }

    private void tellIgnored(ConfigNode earlier, ConfigNode later, String path) {
        if (later instanceof ScalarNode scalar && !saysNothing(scalar)) {
            problems.notice(
                    scalar.position(),
                    path,
                    "`%s` does not replace the value at %s, as in Nebula"
                            .formatted(scalar.text(), earlier.position()),
                    "remove the earlier value");
        }
    }

    /** Nothing at all: no value to put anywhere. */
    private static boolean saysNothing(ConfigNode node) {
        return switch (node) {
            case MapNode map -> map.entries().isEmpty();
            case ListNode list -> list.items().isEmpty();
            case ScalarNode scalar ->
                    scalar.isNull()
                            || scalar.kind() == ScalarKind.STRING && scalar.text().isEmpty();
        };
    }

    private static boolean isEmpty(ConfigNode node) {
        return saysNothing(node) || node instanceof ScalarNode scalar && isZero(scalar);
    }

    private static boolean isZero(ScalarNode scalar) {
        return switch (scalar.kind()) {
            case BOOLEAN -> scalar.canonical().equals("false");
            case INTEGER, FLOAT -> scalar.canonical().equals("0");
            case STRING, NULL, DATE -> false;
        };
    }
}
