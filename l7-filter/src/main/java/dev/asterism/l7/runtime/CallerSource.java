package dev.asterism.l7.runtime;

import dev.asterism.l7.identity.Caller;
import java.net.InetSocketAddress;

/** Says who made a connection that has been accepted. Called on the loops' threads; must not block. */
@FunctionalInterface
public interface CallerSource {

    /**
     * {@link Caller#UNKNOWN} when the other end has not proven who it is.
     *
     * @param local this end
     * @param remote the other end
     */
    Caller of(InetSocketAddress local, InetSocketAddress remote);
}
