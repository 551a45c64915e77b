package dev.asterism.sim;

import java.util.function.Consumer;

/** A hand in the network: sees every datagram after its sender's NAT and before the link. */
@FunctionalInterface
public interface Intercept {

    /**
     * @param onward sends a datagram on its way: call it at once, later, several times, with altered
     *     content, or not at all
     */
    void handle(SimDatagram datagram, Consumer<SimDatagram> onward);
}
