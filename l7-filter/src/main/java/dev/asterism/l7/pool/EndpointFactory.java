package dev.asterism.l7.pool;

import dev.asterism.l7.upstream.Endpoint;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.net.SocketAddress;

/** Makes endpoints on the loop that calls it. */
@FunctionalInterface
public interface EndpointFactory {

    Endpoint open(SocketAddress address, UpstreamProtocol protocol);
}
