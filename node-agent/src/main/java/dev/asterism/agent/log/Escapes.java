package dev.asterism.agent.log;

import dev.asterism.overlay.text.Printable;

/**
 * Quoting for log lines. Names in certificates are text from unverified peers: control characters
 * must not reach a terminal or begin a new line, and no value is longer than {@link #MAX}.
 */
final class Escapes {

    private static final int MAX = 8192;

    private Escapes() {}

    /** Appends a JSON string. */
    static void quote(StringBuilder line, String value) {
        line.append('"');
        int length = Math.min(value.length(), MAX);
        value.substring(0, length).codePoints().forEach(c -> append(line, c));
        line.append(length < value.length() ? "…\"" : "\"");
    }

    private static void append(StringBuilder line, int c) {
        switch (c) {
            case '"' -> line.append("\\\"");
            case '\\' -> line.append("\\\\");
            case '\n' -> line.append("\\n");
            case '\r' -> line.append("\\r");
            case '\t' -> line.append("\\t");
            default -> Printable.append(line, c);
        }
    }
}
