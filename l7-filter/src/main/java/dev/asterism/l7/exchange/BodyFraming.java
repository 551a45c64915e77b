package dev.asterism.l7.exchange;

/** What is known of a body when its head is there. */
public enum BodyFraming {
    NONE,
    /** The head's content-length. */
    LENGTH,
    /** It ends where it ends: chunks, END_STREAM, or the end of the connection. Trailers may follow. */
    STREAMED,
    /** No more HTTP: bytes both ways until one side ends. */
    TUNNEL
}
