package dev.asterism.cert.cli;

import java.util.List;
import java.util.Map;

/**
 * JSON as Go's encoder writes it: HTML characters and line separators escaped. Values are strings,
 * numbers, booleans, lists and maps of these, maps in their own order.
 */
final class JsonText {

    /** In place of a level: no line breaks. */
    private static final int COMPACT = -1;

    private final StringBuilder out = new StringBuilder(512);

    private JsonText() {}

    static String compact(Object value) {
        JsonText text = new JsonText();
        text.write(value, COMPACT);
        return text.out.toString();
    }

    /** One tab per level. */
    static String indented(Object value) {
        JsonText text = new JsonText();
        text.write(value, 0);
        return text.out.toString();
    }

    private void write(Object value, int level) {
        switch (value) {
            case String text -> writeString(text);
            case Map<?, ?> map -> writeMap(map, level);
            case List<?> list -> writeList(list, level);
            default -> out.append(value);
        }
    }

    private void writeMap(Map<?, ?> map, int level) {
        out.append('{');
        String separator = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(separator);
            newLine(inner(level));
            writeString(entry.getKey().toString());
            out.append(level == COMPACT ? ":" : ": ");
            write(entry.getValue(), inner(level));
            separator = ",";
        }
        newLine(level);
        out.append('}');
    }

    private void writeList(List<?> list, int level) {
        out.append('[');
        String separator = "";
        for (Object element : list) {
            out.append(separator);
            newLine(inner(level));
            write(element, inner(level));
            separator = ",";
        }
        if (!list.isEmpty()) {
            newLine(level);
        }
        out.append(']');
    }

    private static int inner(int level) {
        return level == COMPACT ? COMPACT : level + 1;
    }

    private void newLine(int level) {
        if (level != COMPACT) {
            out.append('\n').repeat('\t', level);
        }
    }

    private void writeString(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '<', '>', '&', '\u2028', '\u2029' -> writeEscaped(c);
                default -> {
                    if (c < ' ') {
                        writeEscaped(c);
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private void writeEscaped(char c) {
        out.append(String.format("\\u%04x", (int) c));
    }
}
