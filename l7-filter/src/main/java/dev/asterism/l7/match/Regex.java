package dev.asterism.l7.match;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * A regular expression that must fit a whole text. The engine's time is linear in the text's length whatever the
 * expression, so a configuration cannot hang a loop; what one byte costs is bounded by the size of the expression's
 * program. The one kind of condition that makes objects when asked. Immutable; safe on any thread.
 */
final class Regex {

    private static final int MOST_CHARACTERS = 1024;
    private static final int MOST_INSTRUCTIONS = 1000;

    private static final String META = "\\.+*?()|[]{}^$";

    private final String text;
    private final Pattern pattern;

    private Regex(String text, Pattern pattern) {
        this.text = text;
        this.pattern = pattern;
    }

    /**
     * @throws IllegalArgumentException when it is no expression, or one that is too large
     */
    static Regex of(String text) {
        if (text.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException(
                    "regular expression of more than " + MOST_CHARACTERS + " characters");
        }
        if (copies(text) > MOST_INSTRUCTIONS) {
            throw new IllegalArgumentException(
                    "'" + text + "' is too large: its counted repetitions multiply");
        }
        Pattern pattern;
        try {
            pattern = Pattern.compile(text);
        } catch (PatternSyntaxException wrong) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no regular expression: " + wrong.getMessage(), wrong);
        }
        if (pattern.programSize() > MOST_INSTRUCTIONS) {
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "' is too large: it compiles to "
                            + pattern.programSize()
                            + " instructions, at most "
                            + MOST_INSTRUCTIONS
                            + " are taken");
        }
        return new Regex(text, pattern);
    }

    /**
     * How often counted repetitions, one within the other, copy what they repeat: to be known before the engine
     * makes the copies. Broken expressions give any number, as the engine will say what is wrong.
     */
    private static long copies(String text) {
        ArrayDeque<Long> outer = new ArrayDeque<>();
        long most = 1;
        long last = 1;
        for (int p = 0; p < text.length() && most <= MOST_INSTRUCTIONS; p++) {
            switch (text.charAt(p)) {
                case '\\' -> {
                    p++;
                    last = 1;
                }
                case '(' -> {
                    outer.push(most);
                    most = 1;
                }
                case ')' -> {
                    last = most;
                    most = Math.max(last, outer.isEmpty() ? 1 : outer.pop());
                }
                case '{' -> most = Math.max(most, last * largest(text, p + 1));
                default -> last = 1;
            }
        }
        return most;
    }

    /** The largest number between here and the closing brace, of at most four digits. */
    private static int largest(String text, int from) {
        int largest = 1;
        int number = 0;
        for (int p = from; p < text.length() && text.charAt(p) != '}'; p++) {
            int digit = Character.digit(text.charAt(p), 10);
            number = digit < 0 ? 0 : Math.min(9999, 10 * number + digit);
            largest = Math.max(largest, number);
        }
        return largest;
    }

    boolean matches(byte[] b, int at, int length) {
        return pattern.matcher(Arrays.copyOfRange(b, at, at + length)).matches();
    }

    boolean matches(String value) {
        byte[] b = Texts.bytes(value);
        return matches(b, 0, b.length);
    }

    /** What every text begins with that the expression fits; empty when that is not plain to see. */
    String literalStart() {
        if (choosesAtTop() || text.contains("\\Q")) {
            return "";
        }
        StringBuilder literal = new StringBuilder();
        int p = text.startsWith("^") ? 1 : 0;
        while (p < text.length()) {
            char c = text.charAt(p);
            int next = p + 1;
            if (c == '\\' && next < text.length() && META.indexOf(text.charAt(next)) >= 0) {
                c = text.charAt(next++);
            } else if (META.indexOf(c) >= 0) {
                break;
            }
            if (next < text.length() && "*?{".indexOf(text.charAt(next)) >= 0) {
                break;
            }
            literal.append(c);
            p = next;
        }
        return literal.toString();
    }

    /** An expression for exactly this text. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (META.indexOf(text.charAt(i)) >= 0) {
                quoted.append('\\');
            }
            quoted.append(text.charAt(i));
        }
        return quoted.toString();
    }

    /** Whether there is a bar outside of all groups. A bar in a class counts too, which only costs speed. */
    private boolean choosesAtTop() {
        int depth = 0;
        for (int p = 0; p < text.length(); p++) {
            switch (text.charAt(p)) {
                case '\\' -> p++;
                case '(' -> depth++;
                case ')' -> depth--;
                case '|' -> {
                    if (depth <= 0) {
                        return true;
                    }
                }
                default -> {}
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return text;
    }
}
