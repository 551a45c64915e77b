package dev.asterism.l7.io;

/**
 * What speaks on a connection; always called by the connection's loop. Implementations have no clock and no socket:
 * they take bytes and write through their {@link Conn}.
 */
public interface WireProtocol {

    /**
     * Takes input {@code in[from, to)}, which is only lent for the call; bytes in front of {@code from} may be
     * overwritten. Returns where it stopped: the rest comes again with more behind it.
     */
    int received(byte[] in, int from, int to);

    /** The connection broke, or the peer closed it; it is closed already. */
    void lost();

    /** The peer closed it in order; it is closed already. */
    default void ended() {
        lost();
    }

    /** Whether the end of the peer's direction is not the end of the connection: a half-close. */
    default boolean goesOnWithoutInput() {
        return false;
    }

    /** The peer has ended its direction and {@link #goesOnWithoutInput}: our direction is still open. */
    default void inputEnded() {}

    /**
     * Whether nothing that the peer has sent is of use once it has ended its direction: then that end is looked for
     * while the connection is paused, too, as nothing would be read that tells of it.
     */
    default boolean isOverWhenInputEnds() {
        return false;
    }

    /** The time given to {@link Conn#timeout} has passed. */
    default void timedOut() {}

    /** Ends in order as soon as it can: nothing new is begun and what has begun is finished. */
    default void drain() {}

    /** Output flows again after it had to wait. */
    default void drained() {}

    /** A connection of ours is open. */
    default void connected() {}

    /** Whether it waits for input, so that the socket must be watched. */
    default boolean waits() {
        return true;
    }
}
