package dev.asterism.l7.http1;

import dev.asterism.l7.http.Ascii;

/**
 * Passes over chunk extensions, RFC 9112 7.1.1. They are never passed on; only what the grammar allows is passed
 * over.
 */
final class ChunkExtensions {

    private static final int MORE = -1;
    private static final int BAD = -400;

    private ChunkExtensions() {}

    /**
     * The place behind the extensions that begin at {@code at}, which is {@code at} when there are none; MORE or BAD.
     */
    static int end(byte[] in, int at, int to) {
        int p = at;
        while (p >= 0 && p < to && in[p] != '\r') {
            p = extension(in, p, to);
        }
        return p == to ? MORE : p;
    }

    private static int extension(byte[] in, int at, int to) {
        int p = blanks(in, at, to);
        if (p == to) {
            return MORE;
        }
        if (in[p] != ';') {
            return BAD;
        }
        p = token(in, blanks(in, p + 1, to), to);
        if (p < 0) {
            return p;
        }
        int equals = blanks(in, p, to);
        if (equals == to) {
            return MORE;
        }
        if (in[equals] != '=') {
            return p;
        }
        int value = blanks(in, equals + 1, to);
        if (value == to) {
            return MORE;
        }
        return in[value] == '"' ? quoted(in, value + 1, to) : token(in, value, to);
    }

    private static int blanks(byte[] in, int at, int to) {
        int p = at;
        while (p < to && (in[p] == ' ' || in[p] == '\t')) {
            p++;
        }
        return p;
    }

    private static int token(byte[] in, int at, int to) {
        int p = at;
        while (p < to && Ascii.isToken(in[p])) {
            p++;
        }
        if (p == to) {
            return MORE;
        }
        return p == at ? BAD : p;
    }

    private static int quoted(byte[] in, int at, int to) {
        int p = at;
        while (p < to && in[p] != '"') {
            if (in[p] == '\\') {
                p++;
            }
            if (p < to && in[p] != '\t' && Ascii.nextControl(in, p, p + 1) == p) {
                return BAD;
            }
            p++;
        }
        return p >= to ? MORE : p + 1;
    }
}
