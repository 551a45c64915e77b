package dev.asterism.overlay.tunnel;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.wire.WireExtensions;

/**
 * How a tunnel came to be (spec wire.md 5.7).
 *
 * @param initiator true when we sent message 1
 * @param message1Digest SHA-256 of message 1's body after the header, when we were the responder; else empty
 * @param message2 the whole packet we answered with, when we were the responder and the peer has not shown yet that it
 *     has it; else empty
 * @param peerTime the time in the peer's message, Unix nanoseconds
 * @param ourCertificate what we showed
 * @param extensions what both have shown of {@link WireExtensions}
 * @param echoes whether the peer is known to answer test requests with a payload of any size: Nebula from 1.10 on
 *     does, and 1.6.1 ends in a panic ("invalid buffer overlap") at more than 16 bytes
 */
public record HandshakeRecord(
        boolean initiator,
        Bytes message1Digest,
        Bytes message2,
        long peerTime,
        Certificate ourCertificate,
        int extensions,
        boolean echoes) {

    /** That of a tunnel without extensions. */
    public HandshakeRecord(
            boolean initiator,
            Bytes message1Digest,
            Bytes message2,
            long peerTime,
            Certificate ourCertificate) {
        this(
                initiator,
                message1Digest,
                message2,
                peerTime,
                ourCertificate,
                WireExtensions.NONE,
                false);
    }

    HandshakeRecord withoutMessage2() {
        return new HandshakeRecord(
                initiator,
                message1Digest,
                Bytes.EMPTY,
                peerTime,
                ourCertificate,
                extensions,
                echoes);
    }
}
