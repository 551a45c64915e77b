package dev.asterism.l7.pool;

import dev.asterism.l7.upstream.Endpoint;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.net.InetSocketAddress;

/** Makes endpoints on the loop that calls it. */
@FunctionalInterface
public interface EndpointFactory {

    Endpoint open(InetSocketAddress address, UpstreamProtocol protocol);
}
