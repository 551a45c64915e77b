package dev.asterism.l7.http2;

/** Shape of a frame, RFC 9113 4.1: length (24 bits), type, flags, stream (31 bits); big-endian. */
final class Frame {

    static final int HEADER_BYTES = 9;

    /** The most that we take, and send: larger ones gain nothing here. */
    static final int PAYLOAD_BYTES = 16384;

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    static final int PADDED = 8;
    static final int PRIORITISED = 32;

    static final int SETTING_BYTES = 6;
    static final int HEADER_TABLE_SIZE = 1;
    static final int ENABLE_PUSH = 2;
    static final int MAX_CONCURRENT_STREAMS = 3;
    static final int INITIAL_WINDOW_SIZE = 4;
    static final int MAX_FRAME_SIZE = 5;
    static final int MAX_HEADER_LIST_SIZE = 6;

    /** RFC 8441 3. */
    static final int ENABLE_CONNECT_PROTOCOL = 8;

    /** Of a stream and of the connection before anybody says otherwise. */
    static final int FIRST_WINDOW = 65535;

    private Frame() {}

    static int int32(byte[] b, int at) {
        return b[at] << 24 | (b[at + 1] & 0xff) << 16 | (b[at + 2] & 0xff) << 8 | b[at + 3] & 0xff;
    }

    /** Without the reserved bit. */
    static int int31(byte[] b, int at) {
        return int32(b, at) & Integer.MAX_VALUE;
    }

    static int int24(byte[] b, int at) {
        return (b[at] & 0xff) << 16 | (b[at + 1] & 0xff) << 8 | b[at + 2] & 0xff;
    }

    static int int16(byte[] b, int at) {
        return (b[at] & 0xff) << 8 | b[at + 1] & 0xff;
    }

    static int put32(byte[] b, int at, int value) {
        b[at] = (byte) (value >> 24);
        b[at + 1] = (byte) (value >> 16);
        b[at + 2] = (byte) (value >> 8);
        b[at + 3] = (byte) value;
        return at + 4;
    }

    static int put16(byte[] b, int at, int value) {
        b[at] = (byte) (value >> 8);
        b[at + 1] = (byte) value;
        return at + 2;
    }

    static int putHeader(byte[] b, int at, int length, int type, int flags, int stream) {
        b[at] = (byte) (length >> 16);
        put16(b, at + 1, length);
        b[at + 3] = (byte) type;
        b[at + 4] = (byte) flags;
        return put32(b, at + 5, stream);
    }
}
