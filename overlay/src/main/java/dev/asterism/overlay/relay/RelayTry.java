package dev.asterism.overlay.relay;

/** Why a handshake turns to relays. */
public enum RelayTry {
    /** They are others than at the try before. */
    FIRST,
    /** The tries before were not answered: what was established may be so no longer, and is asked for once more. */
    AGAIN,
    /** One of them has become ready; the others are left alone. */
    READY
}
