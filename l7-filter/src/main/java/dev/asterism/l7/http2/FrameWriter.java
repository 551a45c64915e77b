package dev.asterism.l7.http2;

import dev.asterism.l7.io.Conn;

/** Writes frames into a connection's pending output. */
final class FrameWriter {

    private final Conn conn;

    FrameWriter(Conn conn) {
        this.conn = conn;
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
        conn.wrote(begin(0, Frame.SETTINGS, Frame.ACK, 0));
    }

    void pingAck(byte[] in, int from) {
        bytes(begin(8, Frame.PING, Frame.ACK, 0), in, from, 8);
    }

    void windowUpdate(int stream, int increment) {
        int32(begin(4, Frame.WINDOW_UPDATE, 0, stream), increment);
    }

    void reset(int stream, int code) {
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
        int type = Frame.HEADERS;
        int flags = end ? Frame.END_STREAM : 0;
        int p = from;
        do {
            int length = Math.min(to - p, Frame.PAYLOAD_BYTES);
            flags |= p + length == to ? Frame.END_HEADERS : 0;
            bytes(begin(length, type, flags, stream), block, p, length);
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
