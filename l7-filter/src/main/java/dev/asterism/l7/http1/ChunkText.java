package dev.asterism.l7.http1;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.io.Conn;

/** Writes chunks, RFC 9112 7.1. */
final class ChunkText {

    private static final byte[] LAST = Ascii.bytes("0\r\n\r\n");

    /** Eight digits and two line ends, and the last chunk. */
    private static final int MOST_FRAMING = 20;

    private ChunkText() {}

    /** A chunk of {@code in[from, to)} unless that is empty, and the last one when the body ends. */
    static void write(Conn conn, byte[] in, int from, int to, boolean end) {
        int length = to - from;
        int at = conn.room(length + MOST_FRAMING);
        byte[] out = conn.output();
        if (length > 0) {
            at = size(out, at, length);
            System.arraycopy(in, from, out, at, length);
            at += length;
            out[at++] = '\r';
            out[at++] = '\n';
        }
        conn.wrote(end ? Ascii.put(out, at, LAST) : at);
    }

    private static int size(byte[] out, int start, int length) {
        int at = start;
        int shift = 31 - Integer.numberOfLeadingZeros(length) & ~3;
        for (; shift >= 0; shift -= 4) {
            int digit = length >> shift & 15;
            out[at++] = (byte) (digit < 10 ? '0' + digit : 'a' + digit - 10);
        }
        out[at++] = '\r';
        out[at++] = '\n';
        return at;
    }
}
