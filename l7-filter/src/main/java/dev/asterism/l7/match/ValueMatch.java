package dev.asterism.l7.match;

/**
 * What a named value of a request, a field or a query parameter, must be.
 *
 * @param name of a field in any case, of a parameter exactly
 * @param value the text or the expression; empty for {@link Kind#PRESENT}
 */
public record ValueMatch(String name, Kind kind, String value) {

    /** How the value is compared. */
    public enum Kind {
        /** Byte by byte. */
        EXACT,
        /** The whole value, in re2 syntax. */
        REGEX,
        /** Whatever it is. */
        PRESENT
    }

    /** As a file writes it: {@code *} any value, {@code ~EXPRESSION} a regular expression, else the exact value. */
    public static ValueMatch of(String name, String text) {
        if (text.equals("*")) {
            return new ValueMatch(name, Kind.PRESENT, "");
        }
        if (text.startsWith("~")) {
            return new ValueMatch(name, Kind.REGEX, text.substring(1));
        }
        return new ValueMatch(name, Kind.EXACT, text);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case EXACT -> name + ": " + value;
            case REGEX -> name + ": ~" + value;
            case PRESENT -> name + ": *";
        };
    }
}
