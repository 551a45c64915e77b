package dev.asterism.l7.io;

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

    /** No more input is taken, but it is not closed yet. */
    boolean isClosing() {
        return this != CLOSED && compareTo(FLUSH) >= 0;
    }
}
