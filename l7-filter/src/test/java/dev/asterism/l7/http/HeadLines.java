package dev.asterism.l7.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The fields of a head as a test reads them, "name: value", with the parts of the first line as pseudo fields. */
public final class HeadLines {

    private HeadLines() {}

    /** Pseudo fields in the order of method, scheme, authority, path, status, then the others as they came. */
    public static List<String> of(Head head) {
        List<String> lines = new ArrayList<>();
        part(head, Head.METHOD, ":method: ", lines);
        part(head, Head.SCHEME, ":scheme: ", lines);
        part(head, Head.AUTHORITY, ":authority: ", lines);
        part(head, Head.PATH, ":path: ", lines);
        if (head.status() > 0) {
            lines.add(":status: " + head.status());
        }
        lines.addAll(fields(head));
        return lines;
    }

    /** Without the parts of the first line. */
    public static List<String> fields(Head head) {
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < head.count(); row++) {
            lines.add(
                    text(head, head.nameAt(row), head.nameLength(row))
                            + ": "
                            + text(head, head.valueAt(row), head.valueLength(row)));
        }
        return lines;
    }

    private static void part(Head head, int part, String name, List<String> lines) {
        if (head.partLength(part) > 0) {
            lines.add(name + text(head, head.partAt(part), head.partLength(part)));
        }
    }

    private static String text(Head head, int at, int length) {
        return new String(head.bytes(), at, length, StandardCharsets.ISO_8859_1);
    }
}
