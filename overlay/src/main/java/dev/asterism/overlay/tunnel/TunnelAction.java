package dev.asterism.overlay.tunnel;

/** What the monitor wants done with a tunnel (spec wire.md 6.2). */
public enum TunnelAction {
    KEEP,
    /** Ask whether the peer is still there; it is given up if it stays silent. */
    TEST,
    /** Make a new session with the peer beside this one. */
    REHANDSHAKE,
    /** Both ends use this tunnel: send on it. */
    MAKE_PRIMARY,
    /** The peer's certificate does not hold any more: tell it and remove. */
    CLOSE_INVALID,
    /** Nothing was said for too long: tell the peer and remove. */
    CLOSE_INACTIVE,
    /** The peer did not answer: remove without a word. */
    REMOVE_DEAD,
    /** The counter is used up: remove without a word. */
    REMOVE_EXHAUSTED
}
