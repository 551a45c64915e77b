package dev.asterism.overlay.handshake;

/** Why a handshake message was not followed. */
public enum HandshakeRefusal {
    TOO_SHORT("message is too short"),
    TOO_LONG("message is longer than any certificate needs"),
    WRONG_HEADER("header does not fit a handshake"),
    ADDRESS_DENIED("remote_allow_list denies the address"),
    BAD_PAYLOAD("payload could not be read"),
    BAD_CERTIFICATE("certificate could not be read"),
    CERTIFICATE_VERSION("certificate version is not supported"),
    CURVE("certificate curve does not match ours"),
    UNTRUSTED("certificate was not accepted"),
    BLOCKLISTED("certificate is in the block list"),
    OURSELVES("handshake with myself"),
    OVER_BUDGET("too many handshakes"),
    UNUSABLE_KEY("no secret can be agreed with the key"),
    NOT_FOR_US("message did not open"),
    NOT_PENDING("no handshake is waiting for it");

    private final String text;

    HandshakeRefusal(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
