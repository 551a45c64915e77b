package dev.asterism.l7.pipe;

import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.WireProtocol;

/**
 * Looks at what a pipe carries first, on a port where requests are judged: HTTP must not pass unseen. One pipe's; one
 * loop's thread.
 */
public interface FirstBytes {

    /** What the first bytes say. */
    enum Said {
        MORE,
        HTTP,
        OTHER
    }

    /** The client's bytes from the first one on, none of which has passed. */
    Said client(byte[] in, int from, int to);

    /**
     * Whether bytes that {@link #client} takes for no HTTP are a request all the same to some
     * server, and must not pass. To be asked of all bytes of the client, in order, until the server
     * has sent some.
     */
    boolean turnsHttp(byte[] in, int from, int to);

    /** Whether the server's first bytes are those of an HTTP server. */
    boolean isHttpServer(byte[] in, int from, int to);

    /**
     * The pipe has ended with nothing carried, and the client's connection is as it was before it.
     *
     * @return what speaks on it now
     */
    WireProtocol instead(Conn client);
}
