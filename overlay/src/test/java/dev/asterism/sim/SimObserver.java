package dev.asterism.sim;

import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.io.Bytes;

/**
 * Sees everything that happens, as it happens. An observer that finds something wrong throws {@link
 * InvariantBroken}; it must not change anything.
 */
public interface SimObserver {

    /** A datagram left its sender and the sender's NATs. */
    default void sent(SimDatagram datagram) {}

    /** A datagram reached a socket; its destination is the one inside the receiver's NATs. */
    default void arrived(SimDatagram datagram, SimHost at) {}

    default void lost(SimDatagram datagram, String reason) {}

    /**
     * A host's stack handed a packet to its TUN.
     *
     * @param segmentSize not 0 when it is a super-packet
     */
    default void injected(SimHost from, Bytes packet, int segmentSize) {}

    /** A node wrote a packet to its TUN. */
    default void delivered(Delivery delivery) {}

    /** A node wrote what the host's stack throws away: no application sees it. */
    default void rejectedByStack(SimHost host, Bytes packet, String reason) {}

    default void emitted(SimHost by, MeshEvent event) {}

    /** A host's duty cycles have run until none had work left. */
    default void rested(SimHost host) {}

    /** The scenario is over. */
    default void finished() {}
}
