package dev.asterism.cert.cli;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Comma-separated values: entries trimmed, empty ones skipped. */
final class CommaList {

    private CommaList() {}

    static List<String> of(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .toList();
    }

    /** The value of the flag, or of its deprecated name when the flag is empty. */
    static String either(String value, String deprecated) {
        return value.isEmpty() ? deprecated : value;
    }

    static String join(List<?> entries) {
        return entries.stream().map(Object::toString).collect(Collectors.joining(","));
    }
}
