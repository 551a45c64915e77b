package dev.asterism.l7.match;

import dev.asterism.l7.http.Ascii;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The target of a request, cut into path and query, with the path in the one form that rules compare and that is
 * forwarded: empty and dot segments resolved (RFC 3986 5.2.4), escapes of unreserved characters undone and others in
 * upper case (RFC 3986 6.2.2). A path that servers read in different ways has no such form: escapes of {@code / \ } and
 * NUL, an escape within an escape, a bare backslash, a semicolon, which some servers cut off with what follows in the
 * segment. The query stays as it came.
 *
 * <p>What it says is true until the next {@link #read}; belongs to one loop.
 */
public final class RequestPath {

    private byte[] own = new byte[256];
    private byte[] bytes = own;
    private int at;
    private int length;
    private int queryAt;
    private int queryLength;
    private boolean changed;
    private @Nullable String fault;

    /** Reads a target in origin form, or {@code *}; false: {@link #fault} says why it has no one form. */
    public boolean read(byte[] in, int from, int targetLength) {
        int end = from + targetLength;
        int p = from;
        boolean plain = true;
        byte before = 0;
        while (p < end && in[p] != '?') {
            byte b = in[p++];
            plain &= b != '%' && b != '\\' && b != ';' && (before != '/' || b != '/' && b != '.');
            before = b;
        }
        queryAt = Math.min(p + 1, end);
        queryLength = end - queryAt;
        bytes = in;
        at = from;
        length = p - from;
        changed = false;
        fault = null;
        if (!plain) {
            rewrite(in, from, p);
        }
        return fault == null;
    }

    private void rewrite(byte[] in, int from, int end) {
        if (own.length < end - from) {
            own = new byte[2 * (end - from)];
        }
        int to = decode(in, from, end);
        if (fault != null) {
            return;
        }
        to = resolve(to);
        changed = !Arrays.equals(in, from, end, own, 0, to);
        bytes = own;
        at = 0;
        length = to;
    }

    private int decode(byte[] in, int from, int end) {
        int to = 0;
        for (int p = from; p < end; p++) {
            byte b = in[p];
            if (b == '\\') {
                fault = "a backslash";
                return 0;
            }
            if (b == ';') {
                fault = "a semicolon";
                return 0;
            }
            if (b != '%') {
                own[to++] = b;
                continue;
            }
            int value = escaped(in, p, end);
            fault = faultOf(value);
            if (fault != null) {
                return 0;
            }
            p += 2;
            if (isUnreserved((byte) value)) {
                own[to++] = (byte) value;
            } else {
                own[to++] = '%';
                own[to++] = upperHex(in[p - 1]);
                own[to++] = upperHex(in[p]);
            }
        }
        return nestsEscapes(to) ? 0 : to;
    }

    /** Of the value of an escape. */
    private static @Nullable String faultOf(int value) {
        return switch (value) {
            case -1 -> "an escape without two digits";
            case 0 -> "an escaped NUL";
            case '/', '\\' -> "an escaped slash";
            case ';' -> "an escaped semicolon";
            default -> null;
        };
    }

    private boolean nestsEscapes(int end) {
        for (int p = 0; p + 4 < end; p++) {
            if (own[p] == '%'
                    && own[p + 1] == '2'
                    && own[p + 2] == '5'
                    && hex(own[p + 3]) >= 0
                    && hex(own[p + 4]) >= 0) {
                fault = "an escape within an escape";
                return true;
            }
        }
        return false;
    }

    /** Copies segment by segment to the front of the same bytes; returns the new end. */
    private int resolve(int end) {
        if (end == 0 || own[0] != '/') {
            return end;
        }
        int to = 1;
        int p = 1;
        while (p < end) {
            int segmentEnd = p;
            while (segmentEnd < end && own[segmentEnd] != '/') {
                segmentEnd++;
            }
            int dots = dots(p, segmentEnd);
            if (dots == 2) {
                to = parentOf(to);
            } else if (dots == 0 && segmentEnd > p) {
                System.arraycopy(own, p, own, to, segmentEnd - p);
                to += segmentEnd - p;
                if (segmentEnd < end) {
                    own[to++] = '/';
                }
            }
            p = segmentEnd + 1;
        }
        return to;
    }

    /** 1 or 2 for a dot segment, 0 for every other. */
    private int dots(int from, int end) {
        int p = from;
        while (p < end && own[p] == '.') {
            p++;
        }
        int dots = p - from;
        return p == end && dots <= 2 ? dots : 0;
    }

    /** The place behind the slash of the segment before; {@code to} is behind a slash. */
    private int parentOf(int to) {
        int p = to - 1;
        while (p > 0 && own[p - 1] != '/') {
            p--;
        }
        return Math.max(1, p);
    }

    private static boolean isUnreserved(byte b) {
        return b >= 'a' && b <= 'z'
                || Ascii.isUpper(b)
                || b >= '0' && b <= '9'
                || b == '-'
                || b == '.'
                || b == '_'
                || b == '~';
    }

    /** The value of an escape at this place, -1 when it is none. */
    static int escaped(byte[] b, int at, int end) {
        if (at + 2 >= end) {
            return -1;
        }
        int high = hex(b[at + 1]);
        int low = hex(b[at + 2]);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static int hex(byte b) {
        return Character.digit(b, 16);
    }

    private static byte upperHex(byte b) {
        return b >= 'a' ? (byte) (b & ~0x20) : b;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int at() {
        return at;
    }

    /** Without the query. */
    public int length() {
        return length;
    }

    /** In the bytes that were read. */
    int queryAt() {
        return queryAt;
    }

    /** Without the question mark; 0 also when there is none. */
    int queryLength() {
        return queryLength;
    }

    /** The one form differs from what came, so it must be forwarded in its place. */
    public boolean isChanged() {
        return changed;
    }

    /** What makes it ambiguous; null: nothing. */
    public @Nullable String fault() {
        return fault;
    }
}
