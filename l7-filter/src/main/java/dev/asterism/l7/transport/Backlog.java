package dev.asterism.l7.transport;

import dev.asterism.l7.io.Timer;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * A connection that waits for room in the backlog of a Unix socket. The kernel says at once that there is none, but does
 * not tell when there is some, so the connection is tried again, at growing intervals. One loop's thread.
 */
final class Backlog extends Timer {

    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LAST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final SocketConn conn;
    private final SocketAddress to;
    private final long untilNanos;
    private long pauseNanos = FIRST_PAUSE_NANOS;

    Backlog(SocketConn conn, SocketAddress to) {
        this.conn = conn;
        this.to = to;
        untilNanos = conn.batch().nowNanos() + MOST_NANOS;
    }

    void await() {
        if (conn.batch().nowNanos() - untilNanos >= 0) {
            conn.fail();
            return;
        }
        conn.batch().after(this, pauseNanos);
        pauseNanos = Math.min(2 * pauseNanos, LAST_PAUSE_NANOS);
    }

    @Override
    protected void expired() {
        conn.attemptAgain(to);
    }
}
