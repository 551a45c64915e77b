package dev.asterism.l7.http2;

import dev.asterism.l7.io.Conn;

/**
 * Writes frames into a connection's pending output, and counts those that the peer can make us write without a
 * window: whoever reads the peer stops when they pile up.
 */
final class FrameWriter {

    /** A table of no bytes, RFC 7541 6.3: our encoder never uses the table. */
    private static final byte[] NO_TABLE = {0x20};

    private static final byte[] NOTHING = {};

    private final Conn conn;
    private final boolean countsHeads;
    private int owed;
    private boolean tableShrunk;
    private boolean tableGone;

    /**
     * @param countsHeads whether the peer makes us write heads: a client does by its requests
     */
    FrameWriter(Conn conn, boolean countsHeads) {
        this.conn = conn;
        this.countsHeads = countsHeads;
    }

    /** How many of the bytes that wait, at most, no window limits. */
    int owed() {
        return Math.min(owed, conn.pending());
    }

    /** The peer's decoder has a smaller table now: the next header block must say so, RFC 7541 4.2. */
    void tableShrinks() {
        tableShrunk = !tableGone;
    }

    private void owe(int bytes) {
        owed = conn.pending() == 0 ? bytes : Math.min(owed, conn.pending()) + bytes;
    }

    /** A frame's nine bytes with room for its payload; returns where the payload begins, in the connection's output. */
    private int begin(int length, int type, int flags, int stream) {
        int at = conn.room(Frame.HEADER_BYTES + length);
        return Frame.putHeader(conn.output(), at, length, type, flags, stream);
    }

    /** Settings as pairs of key and value. */
    void settings(int... pairs) {
        int at = begin(pairs.length / 2 * Frame.SETTING_BYTES, Frame.SETTINGS, 0, 0);
        byte[] out = conn.output();
        for (int i = 0; i < pairs.length; i += 2) {
            at = Frame.put16(out, at, pairs[i]);
            at = Frame.put32(out, at, pairs[i + 1]);
        }
        conn.wrote(at);
    }

    void settingsAck() {
        owe(Frame.HEADER_BYTES);
        conn.wrote(begin(0, Frame.SETTINGS, Frame.ACK, 0));
    }

    void ping(byte[] in, int from) {
        bytes(begin(8, Frame.PING, 0, 0), in, from, 8);
    }

    void pingAck(byte[] in, int from) {
        owe(Frame.HEADER_BYTES + 8);
        bytes(begin(8, Frame.PING, Frame.ACK, 0), in, from, 8);
    }

    void windowUpdate(int stream, int increment) {
        owe(Frame.HEADER_BYTES + 4);
        int32(begin(4, Frame.WINDOW_UPDATE, 0, stream), increment);
    }

    void reset(int stream, int code) {
        owe(Frame.HEADER_BYTES + 4);
        int32(begin(4, Frame.RST_STREAM, 0, stream), code);
    }

    void goAway(int lastStream, int code) {
        int at = begin(8, Frame.GOAWAY, 0, 0);
        int32(Frame.put32(conn.output(), at, lastStream), code);
    }

    void data(int stream, byte[] in, int from, int length, boolean end) {
        bytes(begin(length, Frame.DATA, end ? Frame.END_STREAM : 0, stream), in, from, length);
    }

    /** A header block, in as many frames as it needs. */
    void headers(int stream, byte[] block, int from, int to, boolean end) {
        if (countsHeads) {
            owe(Frame.HEADER_BYTES + to - from);
        }
        byte[] before = tableShrunk ? NO_TABLE : NOTHING;
        tableGone |= tableShrunk;
        tableShrunk = false;
        int type = Frame.HEADERS;
        int flags = end ? Frame.END_STREAM : 0;
        int p = from;
        do {
            int length = Math.min(to - p, Frame.PAYLOAD_BYTES - before.length);
            flags |= p + length == to ? Frame.END_HEADERS : 0;
            int at = begin(before.length + length, type, flags, stream);
            System.arraycopy(before, 0, conn.output(), at, before.length);
            bytes(at + before.length, block, p, length);
            before = NOTHING;
            p += length;
            type = Frame.CONTINUATION;
            flags = 0;
        } while (p < to);
    }

    private void bytes(int at, byte[] in, int from, int length) {
        System.arraycopy(in, from, conn.output(), at, length);
        conn.wrote(at + length);
    }

    private void int32(int at, int value) {
        conn.wrote(Frame.put32(conn.output(), at, value));
    }
}
