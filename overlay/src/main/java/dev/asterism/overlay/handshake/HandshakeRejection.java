package dev.asterism.overlay.handshake;

import java.util.EnumSet;
import java.util.Set;

/** Why a handshake message was not followed. */
public enum HandshakeRejection {
    TOO_SHORT("message is too short"),
    TOO_LONG("handshake message is over 4096 bytes"),
    WRONG_HEADER("header does not fit a handshake"),
    ADDRESS_DENIED("remote_allow_list denies the address"),
    PATH_PINNED("it came through a relay, which asterism.paths forbids for this peer"),
    BAD_PAYLOAD("payload could not be read"),
    BAD_CERTIFICATE("certificate could not be read"),
    CERTIFICATE_VERSION("certificate version is not supported"),
    CURVE("certificate curve does not match ours"),
    UNKNOWN_CA("certificate was not issued by any CA in pki.ca"),
    OUT_OF_DATE("certificate or its CA is not valid at this time"),
    UNTRUSTED("certificate was not accepted"),
    BLOCKLISTED("certificate is in the block list"),
    OURSELVES("handshake with myself"),
    OVER_BUDGET("too many handshakes"),
    UNUSABLE_KEY("no secret can be agreed with the key"),
    NOT_FOR_US(
            "could not decrypt the peer's answer; most likely its `cipher` setting differs from"
                    + " ours"),
    NOT_PENDING("no handshake is waiting for it");

    private static final Set<HandshakeRejection> WORTH_TELLING =
            EnumSet.of(
                    BAD_CERTIFICATE,
                    CERTIFICATE_VERSION,
                    CURVE,
                    UNKNOWN_CA,
                    OUT_OF_DATE,
                    UNTRUSTED,
                    BLOCKLISTED,
                    NOT_FOR_US);

    private final String text;

    HandshakeRejection(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    /** True for what an honest peer runs into when it is set up wrongly, so that people want to know. */
    boolean isWorthTelling() {
        return WORTH_TELLING.contains(this);
    }
}
