package dev.asterism.l7.foreign;

import dev.asterism.overlay.config.ConfigNode;
import dev.asterism.overlay.config.ConfigNode.Entry;
import dev.asterism.overlay.config.ConfigNode.ListNode;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import dev.asterism.overlay.config.ScalarKind;
import dev.asterism.overlay.config.SourcePosition;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A map of our language in the making, at the place of what it is made from. */
final class Tree {

    private final SourcePosition at;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    Tree(SourcePosition at) {
        this.at = at;
    }

    SourcePosition at() {
        return at;
    }

    static ConfigNode number(SourcePosition at, int number) {
        return new ScalarNode(at, String.valueOf(number), ScalarKind.INTEGER);
    }

    /** Nothing for null. */
    Tree put(String key, @Nullable ConfigNode value) {
        if (value != null) {
            entries.put(key, new Entry(value.position(), value));
        }
        return this;
    }

    /** Nothing for null. */
    Tree put(String key, @Nullable String text) {
        return text == null ? this : put(key, ScalarNode.of(at, text));
    }

    Tree put(String key, Collection<String> words) {
        List<ConfigNode> items =
                words.stream().<ConfigNode>map(word -> ScalarNode.of(at, word)).toList();
        return words.isEmpty() ? this : put(key, new ListNode(at, items));
    }

    Tree put(String key, Map<String, String> texts) {
        Tree inner = new Tree(at);
        texts.forEach(inner::put);
        return put(key, inner);
    }

    /** Nothing for an empty one. */
    Tree put(String key, Tree inner) {
        return inner.isEmpty() ? this : put(key, inner.node());
    }

    boolean has(String key) {
        return entries.containsKey(key);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** What both have stays as it is here. */
    Tree addAllOf(Tree more) {
        more.entries.forEach(entries::putIfAbsent);
        return this;
    }

    /** Null: there is no such key. */
    @Nullable ConfigNode inner(String key) {
        Entry entry = entries.get(key);
        return entry == null ? null : entry.value();
    }

    MapNode node() {
        return new MapNode(at, Collections.unmodifiableMap(new LinkedHashMap<>(entries)));
    }
}
