package dev.asterism.overlay.text;

/**
 * Which characters may reach a terminal or a log. Names in certificates are text from unverified
 * peers: they must not move the cursor, begin a line or turn the direction of writing. Any thread.
 */
public final class Printable {

    private Printable() {}

    /** Letters, digits, marks, punctuation, symbols and the ASCII blank; as Go's {@code %q} judges. */
    public static boolean is(int codePoint) {
        if (codePoint < 0x80) {
            return codePoint >= ' ' && codePoint < 0x7F;
        }
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR ->
                    false;
            default -> true;
        };
    }

    /** The text with all other characters as {@code \}{@code uXXXX}, as JSON writes them. */
    public static String escaped(String text) {
        if (text.codePoints().allMatch(Printable::is)) {
            return text;
        }
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> append(escaped, c));
        return escaped.toString();
    }

    /** Appends one character so. */
    public static void append(StringBuilder to, int codePoint) {
        if (is(codePoint)) {
            to.appendCodePoint(codePoint);
            return;
        }
        for (char c : Character.toChars(codePoint)) {
            to.append(String.format("\\u%04x", (int) c));
        }
    }
}
