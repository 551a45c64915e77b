package dev.asterism.overlay.relay;

/** How far a relay entry has come (spec wire.md 8.1). */
public enum RelayState {
    /** We have asked the neighbour and wait for its answer. */
    REQUESTED,
    /** The neighbour has asked us, and we wait for the other leg; at a relay only. */
    PEER_REQUESTED,
    ESTABLISHED,
    /** The other end is gone; asking once more makes it work again. */
    DISESTABLISHED
}
