package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.ListNode;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One map of the configuration with typed access to its keys. An absent or null value gives the default; a value
 * of the wrong form is reported and gives the default too, so that reading goes on and finds every problem.
 * Values are read through their string form, so {@code "4242"} and {@code 4242} are the same (behaviour.md 2.2).
 */
final class Section {

    private final String path;
    private final MapNode map;
    private final Problems problems;

    Section(String path, MapNode map, Problems problems) {
        this.path = path;
        this.map = map;
        this.problems = problems;
    }

    Problems problems() {
        return problems;
    }

    /** The dotted path of a key of this section. */
    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Where the key's value stands, else where the section does. */
    SourcePosition position(String key) {
        ConfigNode node = map.get(key);
        return node == null ? map.position() : node.position();
    }

    /** The value of the key; null when absent or null. */
    @Nullable ConfigNode node(String key) {
        ConfigNode node = map.get(key);
        return node instanceof ScalarNode scalar && scalar.isNull() ? null : node;
    }

    boolean has(String key) {
        return node(key) != null;
    }

    void error(String key, String message) {
        problems.error(position(key), path(key), message);
    }

    void notice(String key, String message) {
        problems.notice(position(key), path(key), message);
    }

    /** The map under the key; an empty one when there is none ({@link KeyCheck} tells of other values). */
    Section section(String key) {
        MapNode inner =
                node(key) instanceof MapNode found
                        ? found
                        : new MapNode(position(key), Collections.emptyMap());
        return new Section(path(key), inner, problems);
    }

    private @Nullable ScalarNode scalar(String key) {
        ConfigNode node = node(key);
        if (node == null) {
            return null;
        }
        if (node instanceof ScalarNode scalar) {
            return scalar;
        }
        error(key, "%s must be a single value, not a %s".formatted(path(key), node.kindName()));
        return null;
    }

    String text(String key, String byDefault) {
        ScalarNode scalar = scalar(key);
        return scalar == null ? byDefault : scalar.text();
    }

    /** One of some words; case does not matter. The first is the default. */
    String word(String key, List<String> words) {
        ScalarNode scalar = scalar(key);
        if (scalar == null || scalar.text().isEmpty()) {
            return words.getFirst();
        }
        String word = scalar.text().toLowerCase(Locale.ROOT);
        if (!words.contains(word)) {
            error(key, "`%s` is none of %s".formatted(scalar.text(), String.join(", ", words)));
            return words.getFirst();
        }
        return word;
    }

    boolean bool(String key, boolean byDefault) {
        ScalarNode scalar = scalar(key);
        if (scalar == null) {
            return byDefault;
        }
        Boolean value = Words.bool(scalar.canonical());
        if (value == null) {
            error(key, "`%s` is not a boolean; write true or false".formatted(scalar.text()));
            return byDefault;
        }
        return value;
    }

    int integer(String key, int byDefault, int least, int most) {
        ScalarNode scalar = scalar(key);
        if (scalar == null) {
            return byDefault;
        }
        Long value = Words.number(scalar.canonical());
        if (value == null) {
            error(key, "`%s` is not a whole number".formatted(scalar.text()));
            return byDefault;
        }
        if (value < least || value > most) {
            error(key, "%d is not between %d and %d".formatted(value, least, most));
            return byDefault;
        }
        return value.intValue();
    }

    Duration seconds(String key, int byDefault) {
        return Duration.ofSeconds(integer(key, byDefault, 0, Integer.MAX_VALUE));
    }

    /** Zero or more. */
    Duration duration(String key, Duration byDefault) {
        Duration value = anyDuration(key, byDefault);
        if (value.isNegative()) {
            error(key, "`%s` is negative".formatted(text(key, "")));
            return byDefault;
        }
        return value;
    }

    Duration anyDuration(String key, Duration byDefault) {
        ScalarNode scalar = scalar(key);
        if (scalar == null) {
            return byDefault;
        }
        Duration value = GoDuration.parse(scalar.canonical());
        if (value == null) {
            boolean unitMissing = Words.number(scalar.canonical()) != null;
            String form = unitMissing ? "it has no unit; write " + scalar.text() + "s" : "";
            problems.error(
                    scalar.position(),
                    path(key),
                    "`%s` is not a duration such as 10s, 1h30m or 250ms".formatted(scalar.text()),
                    form);
            return byDefault;
        }
        return value;
    }

    /** The items of a list of single values; null items are left out with an error. */
    List<ScalarNode> scalars(String key) {
        List<ScalarNode> scalars = new ArrayList<>();
        List<ConfigNode> items = items(key);
        for (int i = 0; i < items.size(); i++) {
            ConfigNode item = items.get(i);
            if (item instanceof ScalarNode scalar && !scalar.isNull()) {
                scalars.add(scalar);
            } else {
                problems.error(
                        item.position(),
                        path(key) + "[" + i + "]",
                        "entry %d must be a single value, not a %s"
                                .formatted(i + 1, item.kindName()));
            }
        }
        return scalars;
    }

    List<ConfigNode> items(String key) {
        ConfigNode node = node(key);
        if (node instanceof ListNode list) {
            return list.items();
        }
        if (node != null) {
            error(key, "%s must be a list, not a %s".formatted(path(key), node.kindName()));
        }
        return List.of();
    }

    Map<String, ConfigNode.Entry> entries(String key) {
        ConfigNode node = node(key);
        if (node instanceof MapNode inner) {
            return inner.entries();
        }
        if (node != null) {
            error(key, "%s must be a map, not a %s".formatted(path(key), node.kindName()));
        }
        return Collections.emptyMap();
    }
}
