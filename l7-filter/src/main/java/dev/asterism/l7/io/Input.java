package dev.asterism.l7.io;

/**
 * A connection's input on its way to the protocol. What the protocol leaves for later is held in an array from the
 * pool; empty, it owns none. What comes while the connection is closing is thrown away. One loop's thread.
 */
final class Input {

    private static final byte[] NONE = {};

    /**
     * The most that a closing connection takes from a peer that still sends: a reset before that could make the peer
     * lose our last bytes.
     */
    private static final int MOST_LINGERED = 1 << 20;

    private final Conn conn;
    private byte[] held = NONE;
    private int heldLength;
    private int lingered;

    Input(Conn conn) {
        this.conn = conn;
    }

    int heldBytes() {
        return heldLength;
    }

    /** New input in the batch's read buffer behind what is held, {@code count} bytes. */
    void arrived(int count) {
        byte[] in = conn.batch().input();
        System.arraycopy(held, 0, in, Batch.RESERVE, heldLength);
        feed(in, Batch.RESERVE, Batch.RESERVE + heldLength + count);
    }

    /** What is held, once more. */
    void offerHeld() {
        if (heldLength > 0) {
            arrived(0);
        }
    }

    private void feed(byte[] in, int from, int to) {
        if (conn.isClosing()) {
            linger(to - from);
            return;
        }
        int stopped = conn.protocol().received(in, from, to);
        if (conn.isClosing()) {
            release();
        } else if (!conn.isClosed()) {
            hold(in, stopped, to - stopped);
        }
    }

    private void linger(int count) {
        lingered += count;
        if (lingered > MOST_LINGERED) {
            conn.drop();
        }
    }

    private void hold(byte[] in, int at, int count) {
        if (count == 0) {
            release();
            return;
        }
        if (held.length < count) {
            conn.memory().give(held);
            held = conn.memory().take(count);
        }
        System.arraycopy(in, at, held, 0, count);
        heldLength = count;
    }

    void release() {
        if (held.length > 0) {
            conn.memory().give(held);
            held = NONE;
        }
        heldLength = 0;
    }
}
