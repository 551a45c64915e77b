package dev.asterism.l7.front;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http2.Http2Server;

/**
 * Tells by the first bytes of a client whether it speaks HTTP: by the preface of HTTP/2, or by a first line that says
 * {@code HTTP/}, in any case. What may be such a line, to servers that take more than they should, is never taken for
 * anything else: they skip blanks in front of it, and many kinds of those. A line that begins with GET and says no
 * version (HTTP/0.9) is HTTP too: there are servers that read header fields behind it, as http.server of Python, and a
 * client could forge in them who calls. Looks at each byte once, however they come.
 */
final class FirstLine {

    enum Found {
        MORE,
        HTTP_1,
        HTTP_2,
        /** It cannot become HTTP any more. */
        OTHER
    }

    /** A request line that is longer is refused by the parser. */
    private static final int MOST_BYTES = 8 << 10;

    private static final byte[] VERSION = Ascii.bytes("HTTP/");
    private static final byte[] OLD_METHOD = Ascii.bytes("GET");

    /** Of the bytes that were held. */
    private int looked;

    /** Of {@link #VERSION}, how many bytes stand before {@link #looked}. */
    private int matched;

    /** Of {@link #OLD_METHOD}, how many bytes the first word has so far; -1: it is another word. */
    private int method;

    private boolean begun;
    private boolean spaced;
    private boolean hasVersion;

    /** The input from the first byte on. */
    Found find(byte[] in, int from, int to) {
        int preface = Http2Server.prefaceBytes(in, from, to);
        if (preface > 0) {
            return preface == Http2Server.PREFACE_BYTES ? Found.HTTP_2 : Found.MORE;
        }
        for (int p = from + looked; p < to; p++) {
            Found found = next(in[p]);
            if (found != Found.MORE) {
                return found;
            }
        }
        looked = to - from;
        return looked > MOST_BYTES ? Found.HTTP_1 : Found.MORE;
    }

    private Found next(byte b) {
        if (!begun) {
            begun = !isBlank(b);
            if (begun && (b < '!' || b > '~')) {
                return Found.OTHER;
            }
        }
        if (!begun) {
            return Found.MORE;
        }
        if (b == '\n') {
            return hasVersion || method == OLD_METHOD.length ? Found.HTTP_1 : Found.OTHER;
        }
        spaced |= isBlank(b);
        if (!spaced && b >= 0 && b < ' ') {
            return Found.OTHER; // in what would be the method
        }
        if (!spaced) {
            boolean same = method >= 0 && method < OLD_METHOD.length && b == OLD_METHOD[method];
            method = same ? method + 1 : -1;
        }
        int upper = b >= 'a' && b <= 'z' ? b - ('a' - 'A') : b;
        matched = upper == VERSION[matched] ? matched + 1 : upper == VERSION[0] ? 1 : 0;
        if (matched == VERSION.length) {
            hasVersion = true;
            matched = 0;
        }
        return Found.MORE;
    }

    /** Some servers split a request line wherever Unicode has a space. */
    private static boolean isBlank(byte b) {
        int c = b & 0xFF;
        return c == ' '
                || c >= '\t' && c <= '\r'
                || c >= 0x1C && c <= 0x1F
                || c == 0x85
                || c == 0xA0;
    }
}
