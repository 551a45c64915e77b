package dev.asterism.overlay.tunnel;

/** Why packets to a peer go the way they go. */
public enum PathReason {
    HANDSHAKE("the handshake was answered by this path"),
    PEER_SENDS("authenticated packets of the peer come from there"),
    DIRECT_ANSWERED("a direct path answered, and a relay is used only without one"),
    RELAY_LEFT("the relay before cannot be used any more"),
    PINNED("asterism.paths asks for it"),
    LESS_LOSS("it loses fewer test requests than the relay before"),
    SHORTER("its round trip is shorter than that of the relay before");

    private final String text;

    PathReason(String text) {
        this.text = text;
    }

    /** For people: a clause without a full stop. */
    public String text() {
        return text;
    }
}
