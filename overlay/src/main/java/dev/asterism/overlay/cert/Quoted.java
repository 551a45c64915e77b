package dev.asterism.overlay.cert;

import dev.asterism.overlay.text.Printable;
import java.nio.charset.StandardCharsets;

/** Text of strangers inside a message: double quotes around it, nothing unprintable, bounded. */
public final class Quoted {

    private static final int MAX_BYTES = 253;

    private Quoted() {}

    /** Cut at 253 bytes of UTF-8, escapes as in Go's {@code %q}. */
    public static String of(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        cut(text).codePoints().forEach(c -> escape(quoted, c));
        return quoted.append('"').toString();
    }

    private static String cut(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_BYTES) {
            return text;
        }
        int end = MAX_BYTES;
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    private static void escape(StringBuilder out, int c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case 0x07 -> out.append("\\a");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case 0x0B -> out.append("\\v");
            default -> {
                if (Printable.is(c)) {
                    out.appendCodePoint(c);
                } else if (c < 0x80) {
                    out.append(String.format("\\x%02x", c));
                } else {
                    out.append(String.format(c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
                }
            }
        }
    }
}
