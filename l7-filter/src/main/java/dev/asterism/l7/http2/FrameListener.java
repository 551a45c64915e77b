package dev.asterism.l7.http2;

/**
 * What {@link FrameReader} has found. Each method returns {@link ErrorCode#NO_ERROR}, or the code with which the
 * connection must end. Bytes are lent for the call.
 */
interface FrameListener {

    /**
     * Data without padding, {@code in[from, to)}.
     *
     * @param flowBytes what it counts for the windows, padding included
     */
    int data(int stream, byte[] in, int from, int to, int flowBytes, boolean end);

    /** A whole header block, {@code block[from, to)}. */
    int headers(int stream, byte[] block, int from, int to, boolean end);

    int reset(int stream, int code);

    /** Settings, six bytes each. */
    int settings(byte[] in, int from, int to);

    int ping(byte[] in, int at);

    int pingAck(byte[] in, int at);

    /**
     * The rest of the input waits: too many answers to the peer's frames are to be sent, or the connection's turn is over.
     */
    boolean isFull();

    int goAway(int lastStream);

    int windowUpdate(int stream, int increment);

    /** A frame that moves nothing: acknowledgements, priorities, unknown types. */
    int idle();
}
