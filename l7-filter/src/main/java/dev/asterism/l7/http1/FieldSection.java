package dev.asterism.l7.http1;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HttpLimits;

/**
 * Field lines up to and with the empty line, RFC 9112 5. Refused: folded lines, space before the colon, lines that
 * end with a bare CR or LF, control characters. What fields mean is {@link MessageRules}' business. Allocates
 * nothing.
 */
final class FieldSection {

    /** The end is not there yet. */
    static final int MORE = -1;

    static final int BAD = -400;
    static final int TOO_LARGE = -431;

    private final FieldNames names;
    private final HttpLimits limits;

    FieldSection(FieldNames names, HttpLimits limits) {
        this.names = names;
        this.limits = limits;
    }

    HttpLimits limits() {
        return limits;
    }

    /** The place behind the empty line, {@link #MORE}, or a status with a minus. */
    int parse(byte[] in, int from, int to, Head head) {
        head.fieldsStart(from);
        int p = from;
        while (to - p >= 2) {
            if (in[p] == '\r') {
                head.fieldsEnd(p);
                return in[p + 1] == '\n' ? p + 2 : BAD;
            }
            p = line(in, p, to, head);
            if (p < 0) {
                return p;
            }
            if (p - head.start() > limits.headBytes() || head.count() > limits.fields()) {
                return TOO_LARGE;
            }
        }
        return MORE;
    }

    private int line(byte[] in, int at, int to, Head head) {
        int colon = at;
        while (colon < to && Ascii.isToken(in[colon])) {
            colon++;
        }
        if (colon == to) {
            return MORE;
        }
        if (in[colon] != ':' || colon == at) {
            return BAD;
        }
        int value = colon + 1;
        while (value < to && isBlank(in[value])) {
            value++;
        }
        int end = Ascii.nextControl(in, value, to);
        while (end < to && in[end] == '\t') {
            end = Ascii.nextControl(in, end + 1, to);
        }
        if (end == to) {
            return MORE;
        }
        if (in[end] != '\r') {
            return BAD;
        }
        if (end + 1 == to) {
            return MORE;
        }
        if (in[end + 1] != '\n') {
            return BAD;
        }
        int trimmed = end;
        while (trimmed > value && isBlank(in[trimmed - 1])) {
            trimmed--;
        }
        int length = colon - at;
        head.add(at, length, value, trimmed - value, names.idOf(in, at, length));
        return end + 2;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }
}
