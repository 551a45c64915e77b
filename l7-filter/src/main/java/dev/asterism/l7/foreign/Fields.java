package dev.asterism.l7.foreign;

import dev.asterism.overlay.config.ConfigNode;
import dev.asterism.overlay.config.ConfigNode.ListNode;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import dev.asterism.overlay.config.SourcePosition;
import dev.asterism.overlay.text.GoDuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One map of a foreign document, read key by key. A value of the wrong form is refused with its place and counts as
 * absent. In the end {@link #refuseRest} names every key that nobody has read, so nothing is left out in silence.
 */
final class Fields {

    /** A single value of a list. */
    record Word(String text, SourcePosition at) {}

    private final String path;
    private final MapNode map;
    private final Findings findings;
    private final Set<String> read = new LinkedHashSet<>();

    /**
     * @param path for messages; empty for a whole document
     */
    Fields(String path, MapNode map, Findings findings) {
        this.path = path;
        this.map = map;
        this.findings = findings;
    }

    SourcePosition at() {
        return map.position();
    }

    /** Where the key's value stands, else where the map does. */
    SourcePosition at(String key) {
        ConfigNode node = map.get(key);
        return node == null ? map.position() : node.position();
    }

    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    List<String> keys() {
        return List.copyOf(map.entries().keySet());
    }

    boolean has(String key) {
        return node(key) != null;
    }

    private @Nullable ConfigNode node(String key) {
        ConfigNode node = map.get(key);
        return node instanceof ScalarNode scalar && scalar.isNull() ? null : node;
    }

    void refuse(String key, String message, String hint) {
        findings.refuse(at(key), path(key), message, hint);
    }

    /** About the map itself. */
    void refuseAll(String message, String hint) {
        findings.refuse(at(), path, message, hint);
    }

    void note(String key, String message) {
        findings.note(at(key), path(key), message);
    }

    /** About the map itself. */
    void noteAll(String message) {
        findings.note(at(), path, message);
    }

    Findings findings() {
        return findings;
    }

    private void wrongForm(String key, ConfigNode found, String wanted) {
        refuse(key, "must be %s, not a %s".formatted(wanted, found.kindName()), "");
    }

    @Nullable String text(String key) {
        read.add(key);
        ConfigNode node = node(key);
        if (node instanceof ScalarNode scalar) {
            return scalar.text();
        }
        if (node != null) {
            wrongForm(key, node, "a single value");
        }
        return null;
    }

    String text(String key, String byDefault) {
        String text = text(key);
        return text == null ? byDefault : text;
    }

    /** -1: absent or refused. */
    int whole(String key, int least, int most) {
        String text = text(key);
        if (text == null) {
            return -1;
        }
        if (text.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        refuse(key, "`%s` is no whole number of %d to %d".formatted(text, least, most), "");
        return -1;
    }

    boolean flag(String key) {
        String text = text(key);
        if (text == null || text.equals("false")) {
            return false;
        }
        if (!text.equals("true")) {
            refuse(key, "`%s` is neither true nor false".formatted(text), "");
            return false;
        }
        return true;
    }

    /** As it was written. */
    @Nullable String duration(String key) {
        String text = text(key);
        if (text == null) {
            return null;
        }
        Duration value = GoDuration.parse(text);
        if (value == null || value.isNegative()) {
            refuse(key, "`%s` is no duration such as 10s or 250ms".formatted(text), "");
            return null;
        }
        return text;
    }

    /** Null: absent. */
    @Nullable Fields map(String key) {
        read.add(key);
        ConfigNode node = node(key);
        if (node instanceof MapNode found) {
            return new Fields(path(key), found, findings);
        }
        if (node != null) {
            wrongForm(key, node, "a map");
        }
        return null;
    }

    private List<ConfigNode> items(String key) {
        read.add(key);
        ConfigNode node = node(key);
        if (node instanceof ListNode list) {
            return list.items();
        }
        if (node != null) {
            wrongForm(key, node, "a list");
        }
        return List.of();
    }

    List<Fields> maps(String key) {
        List<Fields> maps = new ArrayList<>();
        List<ConfigNode> items = items(key);
        for (int i = 0; i < items.size(); i++) {
            String place = path(key) + "[" + i + "]";
            if (items.get(i) instanceof MapNode item) {
                maps.add(new Fields(place, item, findings));
            } else {
                wrongItem(place, items.get(i), "a map");
            }
        }
        return maps;
    }

    List<Word> words(String key) {
        List<Word> words = new ArrayList<>();
        List<ConfigNode> items = items(key);
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof ScalarNode scalar && !scalar.isNull()) {
                words.add(new Word(scalar.text(), scalar.position()));
            } else {
                wrongItem(path(key) + "[" + i + "]", items.get(i), "a single value");
            }
        }
        return words;
    }

    private void wrongItem(String place, ConfigNode found, String wanted) {
        String message = "must be %s, not a %s".formatted(wanted, found.kindName());
        findings.refuse(found.position(), place, message, "");
    }

    /** The maps of a map whose keys are names. */
    Map<String, Fields> named(String key) {
        Fields inner = map(key);
        if (inner == null) {
            return new LinkedHashMap<>();
        }
        Map<String, Fields> named = new LinkedHashMap<>();
        for (String name : inner.keys()) {
            Fields one = inner.map(name);
            if (one != null) {
                named.put(name, one);
            } else if (!inner.has(name)) {
                MapNode none = new MapNode(inner.at(name), Collections.emptyMap());
                named.put(name, new Fields(inner.path(name), none, findings));
            }
        }
        return named;
    }

    /** The single values of a map whose keys are names. */
    Map<String, Word> texts(String key) {
        Fields inner = map(key);
        if (inner == null) {
            return new LinkedHashMap<>();
        }
        Map<String, Word> texts = new LinkedHashMap<>();
        for (String name : inner.keys()) {
            String text = inner.text(name);
            if (text != null) {
                texts.put(name, new Word(text, inner.at(name)));
            }
        }
        return texts;
    }

    /** What changes nothing about where requests go. */
    void ignore(String... keys) {
        read.addAll(List.of(keys));
    }

    /** Names every key that was not read, with what to do instead where that is known. */
    void refuseRest(Map<String, String> hints) {
        for (String key : map.entries().keySet()) {
            if (!read.contains(key) && has(key)) {
                refuse(key, path(key) + " is not supported", hints.getOrDefault(key, ""));
            }
        }
    }
}
