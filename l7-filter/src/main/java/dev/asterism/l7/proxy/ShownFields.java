package dev.asterism.l7.proxy;

import dev.asterism.l7.http.Head;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The fields of a request and of its answer, kept while somebody looks on. Used again and again. */
final class ShownFields {

    private static final int MOST_FIELDS = 64;
    private static final int MOST_VALUE = 1024;
    private static final int MOST_NAME = 128;

    private boolean kept;
    private List<ShownField> request = List.of();
    private List<ShownField> answer = List.of();

    void clear() {
        if (kept) {
            kept = false;
            request = List.of();
            answer = List.of();
        }
    }

    /** Before anything is changed in it. */
    void request(Head head) {
        kept = true;
        request = copy(head);
    }

    /** That of the last attempt counts. Nothing is kept of it when nothing was of the request. */
    void answer(Head head) {
        if (kept) {
            answer = copy(head);
        }
    }

    List<ShownField> request() {
        return request;
    }

    List<ShownField> answer() {
        return answer;
    }

    private static List<ShownField> copy(Head head) {
        int count = Math.min(head.count(), MOST_FIELDS);
        List<ShownField> copied = new ArrayList<>(count);
        for (int row = 0; row < count; row++) {
            copied.add(
                    new ShownField(
                            text(head, head.nameAt(row), head.nameLength(row), MOST_NAME),
                            text(head, head.valueAt(row), head.valueLength(row), MOST_VALUE)));
        }
        return copied;
    }

    private static String text(Head head, int at, int length, int most) {
        return new String(head.bytes(), at, Math.min(length, most), StandardCharsets.ISO_8859_1);
    }
}
