package dev.asterism.l7.proxy;

import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.TraceContext;
import java.nio.charset.StandardCharsets;

/**
 * Method, path, authority, trace and, where they are wanted, fields of a request, kept for reports. Used again and
 * again.
 */
final class RequestLine {

    private static final int MOST_PATH = 1024;
    private static final int MOST_OTHER = 256;

    private final TraceContext trace = new TraceContext();
    private final ShownFields fields = new ShownFields();
    private byte[] bytes = new byte[256];
    private int method;
    private int path;
    private int authority;

    void keep(Head head) {
        trace.clear();
        fields.clear();
        method = Math.min(head.partLength(Head.METHOD), MOST_OTHER);
        path = Math.min(head.partLength(Head.PATH), MOST_PATH);
        int authorityAt = head.partAt(Head.AUTHORITY);
        int length = head.partLength(Head.AUTHORITY);
        if (length == 0) {
            int row = head.find(FieldNames.HOST);
            authorityAt = row < 0 ? 0 : head.valueAt(row);
            length = row < 0 ? 0 : head.valueLength(row);
        }
        authority = Math.min(length, MOST_OTHER);
        if (bytes.length < method + path + authority) {
            bytes = new byte[MOST_PATH + 2 * MOST_OTHER];
        }
        System.arraycopy(head.bytes(), head.partAt(Head.METHOD), bytes, 0, method);
        System.arraycopy(head.bytes(), head.partAt(Head.PATH), bytes, method, path);
        System.arraycopy(head.bytes(), authorityAt, bytes, method + path, authority);
    }

    /** To be filled when the request goes on. */
    TraceContext trace() {
        return trace;
    }

    ShownFields fields() {
        return fields;
    }

    String method() {
        return text(0, method);
    }

    String path() {
        return text(method, path);
    }

    String authority() {
        return text(method + path, authority);
    }

    private String text(int at, int length) {
        return new String(bytes, at, length, StandardCharsets.ISO_8859_1);
    }
}
