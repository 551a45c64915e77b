package dev.asterism.l7.http2;

/**
 * What we tell a peer.
 *
 * @param streams how many it may have open
 * @param streamWindow bytes that it may send on a stream before we have passed them on
 * @param connectionWindow the same for the connection
 */
public record Http2Settings(int streams, int streamWindow, int connectionWindow) {

    /** For clients. */
    public static final Http2Settings SERVER = new Http2Settings(100, 64 << 10, 1 << 20);

    /** For upstream answers, where one connection carries many clients. */
    public static final Http2Settings CLIENT = new Http2Settings(0, 256 << 10, 16 << 20);
}
