package dev.asterism.agent.client;

import java.util.ArrayList;
import java.util.List;

/**
 * Text for people in lines of a width: breaks at blanks, and inside a word only where the word
 * alone is too long. Escape sequences of colours take no room.
 */
final class Paragraph {

    private static final int LABEL = 13;

    private final int width;
    private final StringBuilder text = new StringBuilder();

    Paragraph(int width) {
        this.width = width;
    }

    /** A label and its value, all of whose lines stand in one column, but for the first when the label is too long. */
    void field(String name, String value) {
        field("", name, value);
    }

    /** As above, with an indent before the label. */
    void field(String indent, String name, String value) {
        String label = indent + name;
        int at = indent.length() + LABEL;
        lines(label + " ".repeat(Math.max(1, at - label.length())), " ".repeat(at), value);
    }

    /** One line, or more whose further ones are indented so. */
    void line(String indent, String value) {
        lines("", indent, value);
    }

    /** As it is. */
    void add(String lines) {
        text.append(lines);
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    private void lines(String first, String others, String value) {
        StringBuilder line = new StringBuilder(first);
        boolean fresh = true;
        for (String word : words(value, Math.max(1, width - others.length()))) {
            boolean fits = length(line) + (fresh ? 0 : 1) + length(word) <= width;
            if (!fits && length(line) > others.length()) {
                end(line);
                line = new StringBuilder(others);
                fresh = true;
            }
            line.append(fresh ? "" : " ").append(word);
            fresh = false;
        }
        end(line);
    }

    private void end(StringBuilder line) {
        text.append(line.toString().stripTrailing()).append('\n');
    }

    /** None longer than a line has room for. */
    private static List<String> words(String value, int room) {
        List<String> words = new ArrayList<>();
        for (String word : value.split(" ")) {
            String rest = word;
            while (length(rest) > room && rest.indexOf('\033') < 0) {
                words.add(rest.substring(0, room));
                rest = rest.substring(room);
            }
            words.add(rest);
        }
        return words;
    }

    /** Columns that it takes on a terminal. */
    private static int length(CharSequence text) {
        int length = 0;
        boolean escape = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\033') {
                escape = true;
            } else if (!escape) {
                length++;
            } else if (c == 'm') {
                escape = false;
            }
        }
        return length;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
