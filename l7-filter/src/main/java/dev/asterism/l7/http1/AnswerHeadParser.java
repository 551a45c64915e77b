package dev.asterism.l7.http1;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HttpLimits;
import java.util.Arrays;

/**
 * An answer's head from bytes, RFC 9112 4 and 5, as strict as {@link RequestHeadParser}. Keeps nothing and allocates
 * nothing.
 */
public final class AnswerHeadParser {

    public static final int MORE = FieldSection.MORE;

    private static final int BAD = -400;
    private static final int TOO_LARGE = -431;
    private static final byte[] HTTP_1 = Ascii.bytes("HTTP/1.");

    /** Up to the code's last digit. */
    private static final int CODE_END = HTTP_1.length + 5;

    private final FieldSection fields;
    private final MessageRules rules = new MessageRules();

    public AnswerHeadParser(FieldNames names, HttpLimits limits) {
        fields = new FieldSection(names, limits);
    }

    /**
     * Reads from {@code in[from, to)}; returns the place behind the head, {@link #MORE}, or another negative number
     * to refuse it.
     */
    public int parse(byte[] in, int from, int to, Head head) {
        head.clearFor(in);
        head.flag(Head.TEXT);
        head.start(from);
        int end = statusLine(in, from, to, head);
        if (end > 0) {
            end = fields.parse(in, end, to, head);
        }
        if (end == MORE) {
            return to - from > fields.limits().headBytes() ? TOO_LARGE : MORE;
        }
        if (end < 0) {
            return end;
        }
        int refusal = rules.answer(head);
        return refusal < 0 ? refusal : end;
    }

    private static int statusLine(byte[] in, int at, int to, Head head) {
        if (to - at < CODE_END + 2) {
            return MORE;
        }
        int minorAt = at + HTTP_1.length;
        byte minor = in[minorAt];
        if (!Arrays.equals(in, at, minorAt, HTTP_1, 0, HTTP_1.length)
                || minor != '0' && minor != '1'
                || in[minorAt + 1] != ' ') {
            return BAD;
        }
        long code = Ascii.number(in, minorAt + 2, 3);
        byte next = in[at + CODE_END];
        if (code < 100 || next != ' ' && next != '\r') {
            return BAD;
        }
        head.status((int) code);
        if (minor == '0') {
            head.flag(Head.HTTP_10);
        }
        int end = Ascii.nextControl(in, at + CODE_END, to);
        while (end < to && in[end] == '\t') {
            end = Ascii.nextControl(in, end + 1, to);
        }
        if (end + 1 >= to) {
            return end < to && in[end] != '\r' ? BAD : MORE;
        }
        return in[end] == '\r' && in[end + 1] == '\n' ? end + 2 : BAD;
    }
}
