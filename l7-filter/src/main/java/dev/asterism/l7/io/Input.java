package dev.asterism.l7.io;

/**
 * A connection's input on its way to the protocol. What the protocol leaves for later is held in an array from the
 * pool; empty, it owns none. What comes while the connection is closing is thrown away. One loop's thread.
 */
public final class Input {

    private static final byte[] NONE = {};

    /**
     * The most that a closing connection takes from a peer that still sends: a reset before that could make the peer
     * lose our last bytes.
     */
    private static final int MOST_LINGERED = 1 << 20;

    /** A larger array is given back when little of it is used: what is left of much would take as much until it is gone. */
    private static final int LARGE = 16 << 10;

    private final Conn conn;
    private byte[] held = NONE;
    private int heldLength;
    private int lingered;
    private boolean again;
    private boolean awaitsTurn;

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

    /** What is held comes once more when the batch is settled, or when its turn has come. */
    void offerAgain() {
        again = true;
    }

    void settle() {
        boolean offers = again && !awaitsTurn;
        again = false;
        if (offers) {
            offerHeld();
        }
    }

    /**
     * Its connection has kept the loop long enough: the protocol is to stop, and what it leaves comes again in a later
     * round. Nothing is to be read before.
     */
    public boolean isTurnOver() {
        Turns turns = conn.batch().turns();
        if (!awaitsTurn && turns.isOver()) {
            awaitsTurn = true;
            turns.add(this);
        }
        return awaitsTurn;
    }

    public boolean awaitsTurn() {
        return awaitsTurn;
    }

    /** Nobody reads any more. */
    boolean isOver() {
        return conn.isClosed();
    }

    void takeTurn() {
        awaitsTurn = false;
        conn.memory().used();
        try {
            offerHeld();
            if (!awaitsTurn) {
                conn.interestChanged();
            }
        } catch (Throwable fault) {
            conn.faulty(fault);
        }
    }

    private void offerHeld() {
        if (heldLength > 0 && !conn.isPaused() && !conn.isClosed()) {
            arrived(0);
        }
    }

    private void feed(byte[] in, int from, int to) {
        if (conn.isClosing()) {
            linger(to - from);
            return;
        }
        conn.batch().turns().next();
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
        if (held.length < count || held.length > Math.max(LARGE, 4 * count)) {
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
