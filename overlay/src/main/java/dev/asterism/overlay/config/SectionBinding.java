package dev.asterism.overlay.config;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A section that a module above the engine reads into a value of its own, with the defaults,
 * diagnostics and reports of all others. One constant for each section, given to {@link
 * ConfigReader} and to {@link OverlayConfig#get}; it is compared by identity. The keys have rows in
 * the table of keys as all keys do, and all of them take effect at the same time: with a reload or
 * at the start. Immutable.
 *
 * @param <T> an immutable value with {@code equals}
 */
public final class SectionBinding<T> {

    private final Class<T> type;
    private final String path;
    private final Function<Section, T> reader;
    private final SortedMap<String, Function<T, @Nullable Object>> keys;

    /**
     * @param path of the section, dotted
     * @param reader gives a value whatever the section holds, and tells the section what is wrong with it
     * @param keys of the section that it reads, each with the way to its value: a boolean, a
     *     number, an enum, a duration or a text; null where the section as a whole is not there, which is then
     *     neither printed nor compared
     */
    public SectionBinding(
            Class<T> type,
            String path,
            Function<Section, T> reader,
            Map<String, Function<T, @Nullable Object>> keys) {
        this.type = type;
        this.path = path;
        this.reader = reader;
        this.keys = new TreeMap<>(keys);
    }

    /** What a configuration holds for it. */
    record Bound<T>(SectionBinding<T> section, T value) {

        /** The values by the full names of their keys. */
        void addTo(Map<String, Object> values) {
            section.keys.forEach(
                    (key, valueOf) -> {
                        Object one = valueOf.apply(value);
                        if (one != null) {
                            values.put(section.path + "." + key, one);
                        }
                    });
        }

        /** The value that is in force once {@code files} have been reloaded. */
        Bound<T> after(OverlayConfig files, KeyTree known) {
            return section.isReadAtStart(known) ? this : new Bound<>(section, files.get(section));
        }
    }

    Bound<T> read(Section root) {
        Section section = root;
        for (String step : path.split("\\.", -1)) {
            section = section.section(step);
        }
        return new Bound<>(this, reader.apply(section));
    }

    T cast(Object value) {
        return type.cast(value);
    }

    private boolean isReadAtStart(KeyTree known) {
        long atStart =
                keys.keySet().stream()
                        .filter(key -> known.at(path + "." + key).isReadAtStart())
                        .count();
        if (atStart != 0 && atStart != keys.size()) {
            throw new IllegalStateException("keys of " + path + " take effect at different times");
        }
        return atStart != 0;
    }
}
