package dev.asterism.overlay.node;

/** Why a tunnel went. */
public enum RemovalReason {
    CLOSED_BY_PEER("closed by the peer"),
    CERTIFICATE_INVALID("certificate is not valid any more"),
    INACTIVE("not used for too long"),
    DEAD("peer did not answer"),
    SUPERSEDED("superseded by another session with the peer"),
    PEER_LOST_SESSION("peer does not know the session any more"),
    EXHAUSTED("message counter is used up"),
    UNCONFIRMED("nobody used it after the handshake"),
    REPLACED("too many sessions with the peer"),
    WRONG_HOST("not the host that was looked for"),
    CLOSED_BY_OPERATOR("closed by the operator"),
    SHUTDOWN("this node stops");

    private final String text;

    RemovalReason(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
