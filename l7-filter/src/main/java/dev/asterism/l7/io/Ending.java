package dev.asterism.l7.io;

import java.util.concurrent.TimeUnit;

/** How far a connection is with its end, in the order in which it gets there. */
enum Ending {
    NONE,
    /** Our direction ends when all output has left. */
    HALF,
    /** Our direction has ended and the peer's goes on. */
    HALF_DONE,
    /** It closes when all output has left. */
    FLUSH,
    /** Our direction ends when all output has left, and then it waits for the peer's end. */
    LINGER,
    /** Waits for the peer's end. */
    LINGERING,
    CLOSED;

    /** A closing connection whose peer takes nothing for so long is dropped. */
    static final long FLUSH_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** How long a peer has to end its direction after we have ended ours. */
    static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** No more input is taken, but it is not closed yet. */
    boolean isClosing() {
        return this != CLOSED && compareTo(FLUSH) >= 0;
    }
}
