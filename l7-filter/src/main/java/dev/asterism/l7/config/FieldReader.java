package dev.asterism.l7.config;

import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.identity.SelectorException;
import dev.asterism.l7.limit.Rate;
import dev.asterism.overlay.config.Section;
import dev.asterism.overlay.text.NearestWord;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The values of one section, each with the value that holds without it; what is wrong is told with its place. */
final class FieldReader {

    private final Section section;

    FieldReader(Section section) {
        this.section = section;
    }

    Section section() {
        return section;
    }

    /** What {@code parse} makes of the text; the default, with an error, when it throws. */
    <T> T value(String key, T byDefault, Function<String, T> parse) {
        String text = section.written(key);
        if (text == null) {
            return byDefault;
        }
        try {
            return parse.apply(text);
        } catch (SelectorException e) {
            String near = e.nearest();
            section.error(
                    key, String.valueOf(e.getMessage()), near.isEmpty() ? "" : "write " + near);
        } catch (IllegalArgumentException e) {
            section.error(key, String.valueOf(e.getMessage()), "");
        }
        return byDefault;
    }

    Duration duration(String key, Duration byDefault) {
        return value(key, byDefault, Quantities::duration);
    }

    DurationRange range(String key, Duration least, Duration most) {
        return value(key, new DurationRange(least, most), Quantities::range);
    }

    double ratio(String key, double byDefault) {
        return value(key, byDefault, Quantities::ratio);
    }

    int bytes(String key, int byDefault) {
        return value(key, byDefault, Quantities::bytes);
    }

    Rate rate(String key, Rate byDefault) {
        return value(key, byDefault, Quantities::rate);
    }

    int integer(String key, int least, int most, int byDefault) {
        return value(
                key,
                byDefault,
                text -> {
                    if (!text.matches("-?[0-9]{1,9}")) {
                        throw new IllegalArgumentException(
                                "`%s` is not a whole number".formatted(text));
                    }
                    int number = Integer.parseInt(text);
                    if (number < least || number > most) {
                        throw new IllegalArgumentException(
                                "%d is not between %d and %d".formatted(number, least, most));
                    }
                    return number;
                });
    }

    boolean flag(String key, boolean byDefault) {
        return value(
                key,
                byDefault,
                text ->
                        switch (text.toLowerCase(Locale.ROOT)) {
                            case "true", "yes", "y", "1" -> true;
                            case "false", "no", "n", "0" -> false;
                            default ->
                                    throw new IllegalArgumentException(
                                            "`%s` is not a boolean; write true or false"
                                                    .formatted(text));
                        });
    }

    /** One of the words of an enum. */
    <E extends Enum<E>> E choice(String key, E byDefault, E[] values) {
        String text = section.written(key);
        if (text == null) {
            return byDefault;
        }
        for (E value : values) {
            if (word(value).equals(text)) {
                return value;
            }
        }
        List<String> words = Arrays.stream(values).map(FieldReader::word).toList();
        section.error(
                key,
                "`%s` is none of %s".formatted(text, String.join(", ", words)),
                hint(text, words));
        return byDefault;
    }

    /** The word that may have been meant, as a question; empty: none is near. */
    static String hint(String text, List<String> words) {
        String near = NearestWord.of(text, words);
        return near.isEmpty() ? "" : "did you mean " + near + "?";
    }

    /** How a file names a constant: HTTP_1 is written http1. */
    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace("_", "");
    }

    Selector selector(String key, Selector byDefault) {
        return value(key, byDefault, Selector::parse);
    }

    /** A list of words, or one word; those of the default when the key is absent. */
    List<String> words(String key, List<String> byDefault) {
        return section.has(key) ? section.words(key) : byDefault;
    }

    /** The map under the key, empty when there is none; an error for what is no map. */
    FieldReader map(String key) {
        if (section.has(key) && !section.isMap(key)) {
            boolean list = section.isList(key);
            section.error(
                    key,
                    "%s must be a map, not %s"
                            .formatted(section.path(key), list ? "a list" : "a single value"),
                    !list && "true".equals(section.written(key))
                            ? "write %s: {}".formatted(key)
                            : "");
        }
        return new FieldReader(section.section(key));
    }

    boolean has(String key) {
        return section.has(key);
    }

    String source(String key) {
        return section.source(key);
    }
}
