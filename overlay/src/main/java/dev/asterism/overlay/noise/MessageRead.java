package dev.asterism.overlay.noise;

import dev.asterism.overlay.io.Bytes;

/** What reading a handshake message gave. */
public sealed interface MessageRead {

    /** @param remoteStatic the peer's static public key, proven only when its first transport packet opens */
    record Read(Bytes payload, Bytes remoteStatic) implements MessageRead {}

    /** Another message may be tried. */
    record Rejected(Reason reason) implements MessageRead {}

    /** Why a message was rejected. */
    enum Reason {
        TOO_SHORT,
        /** A public key with which no secret can be agreed. */
        UNUSABLE_KEY,
        /** Forged, damaged, for another handshake, or the peer uses another cipher. */
        WRONG_TAG
    }
}
