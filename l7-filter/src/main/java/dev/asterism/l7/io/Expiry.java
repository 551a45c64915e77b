package dev.asterism.l7.io;

/** A connection's timer: to open, for its protocol, or to close. One loop's thread. */
final class Expiry extends Timer {

    private final Conn conn;

    Expiry(Conn conn) {
        this.conn = conn;
    }

    @Override
    protected void expired() {
        if (conn.isClosing()) {
            conn.drop();
        } else if (conn.isConnecting()) {
            conn.lose();
        } else {
            try {
                conn.protocol().timedOut();
            } catch (RuntimeException fault) {
                conn.faulty(fault);
            }
        }
    }
}
