package dev.asterism.l7.upstream;

import dev.asterism.l7.io.Conn;
import java.net.SocketAddress;

/** Opens connections on the loop that calls it. */
@FunctionalInterface
public interface Connector {

    /**
     * Begins to connect and never blocks; output waits until the connection is open. A failure comes as its
     * protocol's end.
     *
     * @param to a TCP address or a {@link java.net.UnixDomainSocketAddress}
     */
    Conn connect(SocketAddress to);

    /** As {@link #connect}, but not to where this filter itself listens: that does not open. */
    default Conn connectElsewhere(SocketAddress to) {
        return connect(to);
    }
}
