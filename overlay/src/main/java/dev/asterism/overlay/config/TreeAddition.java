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

/** Adds to a map what another has beside it: what stands there stays, lists go on, and maps are joined by key. */
final class TreeAddition {

    private TreeAddition() {}

    static MapNode add(MapNode own, MapNode more) {
        Map<String, Entry> entries = new LinkedHashMap<>(own.entries());
        more.entries()
                .forEach(
                        (key, entry) ->
                                entries.merge(
                                        key,
                                        entry,
                                        (before, next) ->
                                                new Entry(
                                                        before.keyPosition(),
                                                        join(before.value(), next.value()))));
        return new MapNode(own.position(), Collections.unmodifiableMap(entries));
    }

    private static ConfigNode join(ConfigNode own, ConfigNode more) {
        if (own instanceof MapNode a && more instanceof MapNode b) {
            return add(a, b);
        }
        if (own instanceof ListNode a && more instanceof ListNode b) {
            List<ConfigNode> items = new ArrayList<>(a.items());
            items.addAll(b.items());
            return new ListNode(a.position(), Collections.unmodifiableList(items));
        }
        return own instanceof ScalarNode scalar && scalar.isNull() ? more : own;
    }
}
