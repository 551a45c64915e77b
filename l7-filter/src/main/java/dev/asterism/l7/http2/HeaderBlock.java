package dev.asterism.l7.http2;

import dev.asterism.l7.io.Holding;

/** A header block that comes in HEADERS and CONTINUATION frames, RFC 9113 4.3. Nothing else may come between them. */
final class HeaderBlock {

    /** A block of this size decodes to far more than any list we take. */
    private static final int MOST_BYTES = 48 << 10;

    /** A flood of tiny frames costs us more than the sender (CVE-2024-27316). */
    private static final int MOST_CONTINUATIONS = 16;

    private static final byte[] NONE = {};

    private final Holding memory;
    private byte[] bytes = NONE;
    private int length;
    private int stream;
    private int continuations;
    private boolean end;

    HeaderBlock(Holding memory) {
        this.memory = memory;
    }

    boolean isOpen() {
        return stream != 0;
    }

    int stream() {
        return stream;
    }

    boolean isEnd() {
        return end;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void begin(int id, boolean endStream) {
        stream = id;
        end = endStream;
        length = 0;
        continuations = 0;
    }

    /** False: too much. */
    boolean add(byte[] in, int from, int to) {
        int more = to - from;
        if (length + more > MOST_BYTES || continuations++ > MOST_CONTINUATIONS) {
            return false;
        }
        if (bytes.length - length < more) {
            byte[] bigger = memory.take(length + more);
            System.arraycopy(bytes, 0, bigger, 0, length);
            memory.give(bytes);
            bytes = bigger;
        }
        System.arraycopy(in, from, bytes, length, more);
        length += more;
        return true;
    }

    /** The bytes may be read until {@link #release}. */
    void close() {
        stream = 0;
    }

    /** A connection between two blocks keeps none. */
    void release() {
        memory.give(bytes);
        bytes = NONE;
    }
}
