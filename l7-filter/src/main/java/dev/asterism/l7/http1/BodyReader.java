package dev.asterism.l7.http1;

import dev.asterism.l7.http.Head;

/**
 * Finds the data and the end of a body, RFC 9112 6 and 7.1. Chunk sizes have 1 to 15 hexadecimal digits; extensions
 * are dropped; every line ends with CR LF. It holds no bytes: what it cannot decide yet, it leaves for the next call.
 * One object for each connection.
 */
final class BodyReader {

    enum Kind {
        NONE,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    private enum State {
        SIZE,
        DATA,
        DATA_END,
        TRAILERS,
        DONE
    }

    private static final int MORE = -1;
    private static final int BAD = -400;
    private static final int MOST_DIGITS = 15;

    /** A chunk's first line, extensions included. */
    private static final int LINE_BYTES = 512;

    private final FieldSection section;
    private State state = State.DONE;
    private Kind kind = Kind.NONE;
    private long left;
    private int dataFrom;
    private int dataTo;
    private boolean bad;

    /** The section keeps nothing between calls: connections share it. */
    BodyReader(FieldSection section) {
        this.section = section;
    }

    void begin(Kind next, long length) {
        kind = next;
        left = length;
        bad = false;
        dataTo = dataFrom;
        state =
                switch (next) {
                    case NONE -> State.DONE;
                    case LENGTH -> length == 0 ? State.DONE : State.DATA;
                    case CHUNKED -> State.SIZE;
                    case UNTIL_CLOSE -> State.DATA;
                };
    }

    boolean isDone() {
        return state == State.DONE;
    }

    boolean isBad() {
        return bad;
    }

    Kind kind() {
        return kind;
    }

    /** Of {@link Kind#LENGTH}: what is still to come. */
    long left() {
        return left;
    }

    int dataFrom() {
        return dataFrom;
    }

    int dataTo() {
        return dataTo;
    }

    boolean hasData() {
        return dataTo > dataFrom;
    }

    /**
     * Goes to the end of the next piece of data, of the body or of the input, and returns where that is. At a body's
     * end {@code trailers} has the fields behind it, perhaps none.
     */
    int next(byte[] in, int from, int to, Head trailers) {
        dataFrom = from;
        dataTo = from;
        int p = from;
        while (!bad && state != State.DONE) {
            if (state == State.DATA) {
                return data(p, to);
            }
            int stopped =
                    switch (state) {
                        case SIZE -> size(in, p, to);
                        case DATA_END -> dataEnd(in, p, to);
                        default -> trailers(in, p, to, trailers);
                    };
            if (stopped < 0) {
                bad = stopped != MORE;
                break;
            }
            p = stopped;
        }
        return p;
    }

    private int data(int at, int to) {
        int length = to - at;
        if (kind != Kind.UNTIL_CLOSE) {
            length = (int) Math.min(left, length);
            left -= length;
            if (left == 0) {
                state = kind == Kind.LENGTH ? State.DONE : State.DATA_END;
            }
        }
        dataFrom = at;
        dataTo = at + length;
        return dataTo;
    }

    private int size(byte[] in, int at, int to) {
        int p = at;
        long size = 0;
        while (p < to && digit(in[p]) >= 0) {
            size = size << 4 | digit(in[p++]);
            if (p - at > MOST_DIGITS) {
                return BAD;
            }
        }
        if (p == to) {
            return MORE;
        }
        if (p == at) {
            return BAD;
        }
        p = ChunkExtensions.end(in, p, to);
        if (p < 0) {
            return p == MORE && to - at > LINE_BYTES ? BAD : p;
        }
        if (p - at > LINE_BYTES) {
            return BAD;
        }
        if (p + 1 == to) {
            return MORE;
        }
        if (in[p + 1] != '\n') {
            return BAD;
        }
        left = size;
        state = size == 0 ? State.TRAILERS : State.DATA;
        return p + 2;
    }

    private static int digit(byte b) {
        if (b >= '0' && b <= '9') {
            return b - '0';
        }
        int lower = b | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    private int dataEnd(byte[] in, int at, int to) {
        if (at < to && in[at] != '\r') {
            return BAD;
        }
        if (to - at < 2) {
            return MORE;
        }
        state = State.SIZE;
        return in[at + 1] == '\n' ? at + 2 : BAD;
    }

    private int trailers(byte[] in, int at, int to, Head fields) {
        fields.clearFor(in);
        fields.flag(Head.TEXT);
        fields.start(at);
        int end = section.parse(in, at, to, fields);
        if (end == MORE && to - at > section.limits().headBytes()) {
            return BAD;
        }
        if (end > 0) {
            state = State.DONE;
        }
        return end;
    }
}
