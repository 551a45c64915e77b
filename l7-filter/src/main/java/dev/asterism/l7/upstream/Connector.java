package dev.asterism.l7.upstream;

import dev.asterism.l7.io.Conn;
import java.net.InetSocketAddress;

/** Opens connections on the loop that calls it. */
@FunctionalInterface
public interface Connector {

    /**
     * Begins to connect and never blocks; output waits until the connection is open. A failure comes as its
     * protocol's end.
     */
    Conn connect(InetSocketAddress to);
}
