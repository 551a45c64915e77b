package dev.asterism.l7.http1;

import dev.asterism.l7.exchange.InputRefusal;
import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HttpLimits;
import java.util.Arrays;

/**
 * A request's head from bytes, RFC 9112 3 and 5, strictly: one space between the parts of the first line, CR LF
 * behind every line, origin form, absolute form (then Host must say the same), {@code *} for OPTIONS only, no
 * CONNECT. Fills a {@link Head} in text form. Keeps nothing between calls but why it refused, and allocates nothing.
 */
public final class RequestHeadParser {

    /** The end is not there yet: call again with more bytes. */
    public static final int MORE = FieldSection.MORE;

    private static final int BAD = -400;
    private static final int METHOD_NOT_ALLOWED = -405;
    private static final int URI_TOO_LONG = -414;
    private static final int TOO_LARGE = -431;
    private static final int VERSION = -505;

    private static final int LONGEST_METHOD = 32;

    /** Empty lines in front of a request are skipped, RFC 9112 2.2, but not without end. */
    private static final int MOST_EMPTY_LINES = 4;

    private static final byte[] HTTP_1 = Ascii.bytes(" HTTP/1.");
    private static final int VERSION_LENGTH = HTTP_1.length + 3;
    private static final byte[] CONNECT = Ascii.bytes("CONNECT");
    private static final byte[] OPTIONS = Ascii.bytes("OPTIONS");
    private static final byte[] HTTP_SCHEME = Ascii.bytes("http://");
    private static final byte[] HTTPS_SCHEME = Ascii.bytes("https://");

    private final FieldSection fields;
    private final MessageRules rules = new MessageRules();
    private InputRefusal why = InputRefusal.FIRST_LINE;

    public RequestHeadParser(FieldNames names, HttpLimits limits) {
        fields = new FieldSection(names, limits);
    }

    /**
     * Reads from {@code in[from, to)}; returns the place behind the head, {@link #MORE}, or the status of a refusal
     * with a minus.
     */
    public int parse(byte[] in, int from, int to, Head head) {
        why = InputRefusal.FIRST_LINE;
        int end = head(in, from, to, head);
        if (end < 0 && end != MORE) {
            why = InputRefusal.ofHead(-end, why);
        }
        return end;
    }

    /** Of the head that the last call has refused. */
    InputRefusal why() {
        return why;
    }

    private int head(byte[] in, int from, int to, Head head) {
        head.clearFor(in);
        head.flag(Head.TEXT);
        int start = from;
        while (to - start >= 2 && in[start] == '\r' && in[start + 1] == '\n') {
            start += 2;
            if (start - from > 2 * MOST_EMPTY_LINES) {
                return BAD;
            }
        }
        head.start(start);
        int end = firstLine(in, start, to, head);
        if (end > 0) {
            why = InputRefusal.FIELD;
            end = fields.parse(in, end, to, head);
        }
        if (end == MORE) {
            return lacksEnd(to - start, head);
        }
        if (end < 0) {
            return end;
        }
        int refusal = rules.request(head);
        if (refusal < 0) {
            why = rules.why();
        }
        return refusal < 0 ? refusal : end;
    }

    private int lacksEnd(int length, Head head) {
        if (length > fields.limits().headBytes()) {
            return TOO_LARGE;
        }
        boolean inFirstLine = head.fieldsStart() == 0;
        return inFirstLine && length > fields.limits().lineBytes() ? URI_TOO_LONG : MORE;
    }

    /** The place behind the line. */
    private int firstLine(byte[] in, int start, int to, Head head) {
        int space = start;
        while (space < to && Ascii.isToken(in[space])) {
            space++;
        }
        if (space - start > LONGEST_METHOD) {
            return BAD;
        }
        if (space == to || space == start && in[start] == '\r' && start + 1 == to) {
            return MORE;
        }
        if (in[space] != ' ' || space == start) {
            return BAD;
        }
        head.part(Head.METHOD, start, space - start);
        int target = space + 1;
        int end = target;
        while (end < to && Ascii.isTarget(in[end])) {
            end++;
        }
        if (end - start > fields.limits().lineBytes()) {
            return URI_TOO_LONG;
        }
        if (end == to) {
            return MORE;
        }
        if (in[end] != ' ' || end == target) {
            return BAD;
        }
        if (to - end < VERSION_LENGTH) {
            return MORE;
        }
        int refusal = version(in, end, head);
        if (refusal == 0) {
            refusal = target(in, target, end - target, head);
        }
        return refusal < 0 ? refusal : end + VERSION_LENGTH;
    }

    private static int version(byte[] in, int at, Head head) {
        int minorAt = at + HTTP_1.length;
        byte minor = in[minorAt];
        if (in[minorAt + 1] != '\r' || in[minorAt + 2] != '\n' || minor < '0' || minor > '9') {
            return BAD;
        }
        if (!Arrays.equals(in, at, minorAt, HTTP_1, 0, HTTP_1.length)) {
            byte major = in[minorAt - 2];
            boolean other =
                    Arrays.equals(in, at, minorAt - 2, HTTP_1, 0, HTTP_1.length - 2)
                            && major >= '0'
                            && major <= '9'
                            && in[minorAt - 1] == '.';
            return other ? VERSION : BAD;
        }
        if (minor > '1') {
            return VERSION;
        }
        if (minor == '0') {
            head.flag(Head.HTTP_10);
        }
        return 0;
    }

    private static int target(byte[] in, int at, int length, Head head) {
        if (head.partIs(Head.METHOD, CONNECT)) {
            return METHOD_NOT_ALLOWED;
        }
        if (in[at] == '/') {
            head.part(Head.PATH, at, length);
            return 0;
        }
        if (in[at] == '*') {
            head.part(Head.PATH, at, length);
            return length == 1 && head.partIs(Head.METHOD, OPTIONS) ? 0 : BAD;
        }
        return absolute(in, at, length, head);
    }

    /** RFC 9112 3.2.2. */
    private static int absolute(byte[] in, int at, int length, Head head) {
        int prefix = schemeLength(in, at, length);
        if (prefix == 0) {
            return BAD;
        }
        int end = at + length;
        int authority = at + prefix;
        int path = authority;
        while (path < end && in[path] != '/' && in[path] != '?') {
            path++;
        }
        if (path == authority || !Ascii.isAuthority(in, authority, path - authority)) {
            return BAD;
        }
        if (path < end && in[path] == '?') {
            return BAD;
        }
        head.flag(Head.ABSOLUTE);
        head.part(Head.SCHEME, at, prefix - 3);
        head.part(Head.AUTHORITY, authority, path - authority);
        if (path < end) {
            head.part(Head.PATH, path, end - path);
        } else {
            head.part(Head.PATH, authority - 1, 1);
        }
        return 0;
    }

    private static int schemeLength(byte[] in, int at, int length) {
        if (length > HTTP_SCHEME.length && Ascii.isWord(in, at, HTTP_SCHEME.length, HTTP_SCHEME)) {
            return HTTP_SCHEME.length;
        }
        boolean https =
                length > HTTPS_SCHEME.length
                        && Ascii.isWord(in, at, HTTPS_SCHEME.length, HTTPS_SCHEME);
        return https ? HTTPS_SCHEME.length : 0;
    }
}
