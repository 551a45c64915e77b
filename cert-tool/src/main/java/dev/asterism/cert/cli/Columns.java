package dev.asterism.cert.cli;

import java.util.ArrayList;
import java.util.List;

/** Lines of text under titles, each column as wide as its widest entry. */
final class Columns {

    private final int count;
    private final List<List<String>> lines = new ArrayList<>();

    Columns(List<String> titles) {
        count = titles.size();
        lines.add(titles);
    }

    /** True: there are only the titles. */
    boolean isEmpty() {
        return lines.size() == 1;
    }

    void add(List<String> entries) {
        lines.add(entries);
    }

    String text() {
        int[] widths = new int[count];
        for (List<String> line : lines) {
            for (int i = 0; i < count; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder padded = new StringBuilder();
            for (int i = 0; i < count; i++) {
                padded.append(line.get(i)).repeat(' ', widths[i] - line.get(i).length() + 2);
            }
            text.append(padded.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
