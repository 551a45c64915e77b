package dev.asterism.agent.log;

/**
 * Quoting for log lines. Names in certificates are text from unverified peers: control characters must not reach a terminal or
 * begin a new line, and no value is longer than {@link #MAX}.
 */
final class Escapes {

    private static final int MAX = 8192;

    private Escapes() {}

    /** Appends a JSON string. */
    static void quote(StringBuilder line, String value) {
        line.append('"');
        int length = Math.min(value.length(), MAX);
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> line.append("\\\"");
                case '\\' -> line.append("\\\\");
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                    if (c < ' ' || c >= 0x7F && c < 0xA0 || c == 0x2028 || c == 0x2029) {
                        line.append(String.format("\\u%04x", (int) c));
                    } else {
                        line.append(c);
                    }
                }
            }
        }
        line.append(length < value.length() ? "…\"" : "\"");
    }
}
