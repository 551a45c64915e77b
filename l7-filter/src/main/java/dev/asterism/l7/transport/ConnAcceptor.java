package dev.asterism.l7.transport;

import dev.asterism.l7.io.WireProtocol;

/** Takes the connections of a listener; called on the loop's thread. */
@FunctionalInterface
public interface ConnAcceptor {

    /** What speaks on the new connection. */
    WireProtocol accept(SocketConn conn);
}
