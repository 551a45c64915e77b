package dev.asterism.overlay.relay;

/** What this node is on the path of a relay entry. */
public enum RelayRole {
    /** One of its ends. */
    TERMINAL,
    /** The relay in its middle. */
    FORWARDING
}
