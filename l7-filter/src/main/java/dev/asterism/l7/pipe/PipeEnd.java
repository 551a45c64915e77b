package dev.asterism.l7.pipe;

/** Why a pipe has ended. */
public enum PipeEnd {
    /** Both sides have ended in order. */
    CLOSED,
    CLIENT_RESET,
    SERVER_RESET,
    /** No byte has moved for too long. */
    IDLE,
    /** It was never connected: its handler refused it, or no connection opened. */
    REFUSED,
    /** Client or server speaks HTTP, so requests are judged one by one; nothing was carried. */
    HTTP,
    /** The filter itself ended it. */
    CUT
}
