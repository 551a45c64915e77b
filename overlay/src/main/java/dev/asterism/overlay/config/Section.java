package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.ListNode;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One map of the configuration with typed access to its keys. An absent or null value gives the
 * default of the key's row; a value of the wrong form is reported with its place and gives the
 * default too, so that reading goes on and finds every problem. Values are read through their
 * string form, so {@code "4242"} and {@code 4242} are the same (spec behaviour.md 2.2). What the
 * YAML looked like stays in this package.
 *
 * <p>Belongs to one run of {@link ConfigReader} on one thread; do not keep it. A key without a row
 * in the table of keys is a mistake of the program: {@link IllegalStateException}.
 */
public final class Section {

    private final String path;
    private final MapNode map;
    private final KeyTree keys;
    private final Diagnostics problems;

    /**
     * @param keys the part of the tree below {@code path}
     */
    Section(String path, MapNode map, KeyTree keys, Diagnostics problems) {
        this.path = path;
        this.map = map;
        this.keys = keys;
        this.problems = problems;
    }

    Diagnostics problems() {
        return problems;
    }

    /**
     * What is known of a key of this section.
     *
     * @throws IllegalStateException when {@link KnownKeys} has no row for it
     */
    KeyRow row(String key) {
        return keys.rowOf(key);
    }

    /** What is known of the keys of each item of a list. */
    KeyTree itemKeys(String key) {
        KeyTree list = keys.child(key);
        return Objects.requireNonNull(list == null ? null : list.item(), key);
    }

    /** The dotted path of a key of this section. */
    public String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Where the key's value stands, else where the section does. */
    public SourcePosition position(String key) {
        ConfigNode node = map.get(key);
        return node == null ? map.position() : node.position();
    }

    /** Of an item of a list, counted from zero; where the key's value stands when there is no such item. */
    public SourcePosition position(String key, int item) {
        return NestedSections.itemPosition(this, key, item);
    }

    /**
     * This section with what {@code more} has beside it: what stands here stays, items of lists come behind those that
     * are here. Unknown keys of {@code more} are not told.
     */
    public Section adding(MapNode more) {
        return new Section(path, TreeAddition.add(map, more), keys, problems);
    }

    /** The value of the key; null when absent or null. */
    @Nullable ConfigNode node(String key) {
        ConfigNode node = map.get(key);
        return node instanceof ScalarNode scalar && scalar.isNull() ? null : node;
    }

    public boolean has(String key) {
        return node(key) != null;
    }

    public void error(String key, String message) {
        problems.error(position(key), path(key), message);
    }

    /**
     * @see Diagnostics#doubt(SourcePosition, String, String, String, String)
     */
    void doubt(String key, String message, String hint, String used) {
        problems.doubt(position(key), path(key), message, hint, used);
    }

    public void notice(String key, String message) {
        problems.notice(position(key), path(key), message);
    }

    /** The map under the key; an empty one when there is none ({@link KeyCheck} tells of other values). */
    public Section section(String key) {
        MapNode inner =
                node(key) instanceof MapNode found
                        ? found
                        : new MapNode(position(key), Collections.emptyMap());
        KeyTree below = Objects.requireNonNull(keys.child(key), key);
        return new Section(path(key), inner, below, problems);
    }

    /** Whether anything is written in this section. */
    public boolean isEmpty() {
        return map.entries().isEmpty();
    }

    /** Whether the table of keys has the key here. */
    public boolean knows(String key) {
        return keys.child(key) != null;
    }

    /** Whether a map is written there, and not a single value or a list. */
    public boolean isMap(String key) {
        return node(key) instanceof MapNode;
    }

    /** Whether a list is written there. */
    public boolean isList(String key) {
        return node(key) instanceof ListNode;
    }

    /** The keys that are written here, in the order of the file. */
    public List<String> keys() {
        return List.copyOf(map.entries().keySet());
    }

    /** The maps of a list, each as a section of its own; other items and other values are errors. */
    public List<Section> sections(String key) {
        return NestedSections.ofList(this, key);
    }

    /** The maps of a map whose keys are names, in the order of the file; other values are errors. */
    public Map<String, Section> named(String key) {
        return NestedSections.ofMap(this, key);
    }

    /** The items of a list of single values, or one value that stands for such a list. */
    public List<String> words(String key) {
        return NestedSections.words(this, key);
    }

    /** The single values of a map whose keys are names, in the order of the file. */
    public Map<String, String> texts(String key) {
        return NestedSections.texts(this, key);
    }

    /**
     * The value as written, without quotes; null when absent, null, or, with an error, a list or map. For units that
     * the engine does not know: their reader parses it and tells {@link #error(String, String, String)}.
     */
    public @Nullable String written(String key) {
        ConfigNode node = node(key);
        if (node instanceof ScalarNode scalar) {
            return scalar.text();
        }
        if (node != null) {
            error(key, notSingle(key, node));
        }
        return null;
    }

    /** Where the key's value stands, else where the section does, as {@code config.yml:12}. */
    public String source(String key) {
        SourcePosition at = position(key);
        return at.file() + ":" + at.line();
    }

    /**
     * @param hint what to do about it; may be empty
     */
    public void error(String key, String message, String hint) {
        problems.errorOnce(position(key), path(key), message, hint);
    }

    /** About one item of a list, counted from zero. */
    public void error(String key, int item, String message, String hint) {
        problems.error(
                NestedSections.itemPosition(this, key, item),
                NestedSections.itemPath(this, key, item),
                message,
                hint);
    }

    public void notice(String key, String message, String hint) {
        problems.notice(position(key), path(key), message, hint);
    }

    /** An error at a place of its own, as in another file. */
    public void tell(Diagnostic error) {
        problems.errorOnce(error.position(), error.path(), error.message(), error.hint());
    }

    /** The same, for what is only worth saying. */
    public void tellNotice(Diagnostic notice) {
        problems.notice(notice.position(), notice.path(), notice.message(), notice.hint());
    }

    KeyTree tree(String key) {
        return Objects.requireNonNull(keys.child(key), key);
    }

    /** The value as a scalar; in doubt, with {@code used} in the message, when it is a list or map. */
    @Nullable ScalarNode scalar(String key, String used) {
        ConfigNode node = node(key);
        if (node == null) {
            return null;
        }
        if (node instanceof ScalarNode scalar) {
            return scalar;
        }
        doubt(key, notSingle(key, node), "", used + " is used");
        return null;
    }

    String notSingle(String key, ConfigNode node) {
        return "%s must be a single value, not a %s".formatted(path(key), node.kindName());
    }

    /** Empty where the row has no value. A list or map is read as Nebula reads it, or refused ({@link GoText}). */
    public String text(String key) {
        String byDefault = row(key).textByDefault();
        ConfigNode node = node(key);
        if (node instanceof ScalarNode scalar) {
            return scalar.text();
        }
        if (node == null) {
            return byDefault;
        }
        if (problems.isLenient()) {
            notice(key, notSingle(key, node));
            return GoText.of(node);
        }
        error(key, notSingle(key, node));
        return byDefault;
    }

    /** One of some words; case does not matter, and an empty one is the default. */
    public <E extends Enum<E>> E choice(String key, E[] values) {
        String text = text(key);
        E chosen = named(values, text);
        if (chosen != null) {
            return chosen;
        }
        if (!text.isEmpty()) {
            List<String> words = Arrays.stream(values).map(Section::word).toList();
            error(key, "`%s` is none of %s".formatted(text, String.join(", ", words)));
        }
        return Objects.requireNonNull(named(values, row(key).byDefault()), key);
    }

    private static <E extends Enum<E>> @Nullable E named(E[] values, String text) {
        for (E value : values) {
            if (word(value).equalsIgnoreCase(text)) {
                return value;
            }
        }
        return null;
    }

    /** The permission bits of a file, in octal digits. */
    public int fileMode(String key) {
        String mode = text(key);
        boolean octal = mode.matches("0?[0-7]{3}");
        if (!octal) {
            error(key, "`%s` is no file mode: write three octal digits".formatted(mode));
        }
        return Integer.parseInt(octal ? mode : row(key).byDefault(), 8);
    }

    /** How a file names a constant: IPSEC_MB is written ipsec-mb. */
    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public boolean bool(String key) {
        return bool(key, row(key).flagByDefault());
    }

    /** With the value of an older form of the key for a default. */
    boolean bool(String key, boolean byDefault) {
        String used = byDefault + " is used";
        ScalarNode scalar = scalar(key, String.valueOf(byDefault));
        if (scalar == null) {
            return byDefault;
        }
        Boolean value = Scalars.bool(scalar.canonical());
        if (value == null) {
            String message = "`%s` is not a boolean; write true or false".formatted(scalar.text());
            doubt(key, message, "", used);
            return byDefault;
        }
        return value;
    }

    /** A whole number of any size; the default, with a doubt, when it is none. */
    long whole(String key) {
        return NumberValues.whole(this, key);
    }

    /**
     * For a key whose default is no number.
     *
     * @param used the default as people say it
     */
    long whole(String key, long byDefault, String used) {
        return NumberValues.whole(this, key, byDefault, used);
    }

    /** In the range of the row; the nearest value of it, with a doubt, when it is outside. */
    public int integer(String key) {
        return NumberValues.nearest(this, key);
    }

    /** Like {@link #integer}, with the default for what is outside, as Nebula reads unsigned numbers. */
    int unsigned(String key) {
        return NumberValues.unsigned(this, key);
    }

    void outside(String key, long value, long least, long most, long used) {
        NumberValues.outside(this, key, new NumberValues.Range(least, most), value, used);
    }

    /** Like {@link #integer}, but less than zero is refused, as Nebula crashes on it. */
    int notNegative(String key) {
        return NumberValues.notNegative(this, key, row(key).most());
    }

    /** A whole number of seconds. */
    Duration seconds(String key) {
        return Duration.ofSeconds(NumberValues.notNegative(this, key, Integer.MAX_VALUE));
    }

    /** Zero or more. */
    public Duration duration(String key) {
        return DurationValues.notNegative(this, key);
    }

    Duration anyDuration(String key) {
        return DurationValues.any(this, key);
    }

    /** For the keys whose unreadable durations Nebula refuses, too. */
    Duration durationOrRefused(String key) {
        return DurationValues.orRefused(this, key);
    }

    /** The items of a list of single values; others are left out with an error. */
    List<ScalarNode> scalars(String key) {
        return NestedSections.scalars(this, key, false);
    }

    /** The items of a list of single values; others are left out with a doubt, as Nebula skips them. */
    List<ScalarNode> readableScalars(String key) {
        return NestedSections.scalars(this, key, true);
    }

    /** The items of a list; none, with a doubt, for other values. */
    List<ConfigNode> items(String key) {
        ConfigNode node = node(key);
        if (node instanceof ListNode list) {
            return list.items();
        }
        if (node != null) {
            String hint = node instanceof ScalarNode s ? "write [" + s.text() + "]" : "";
            String message = "%s must be a list, not a %s".formatted(path(key), node.kindName());
            doubt(key, message, hint, "it is ignored");
        }
        return List.of();
    }

    Map<String, ConfigNode.Entry> entries(String key) {
        ConfigNode node = node(key);
        if (node instanceof MapNode inner) {
            return inner.entries();
        }
        if (node != null) {
            NestedSections.wrongForm(this, path(key), node, "a map");
        }
        return Collections.emptyMap();
    }
}
