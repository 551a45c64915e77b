package dev.asterism.overlay.relay;

import dev.asterism.overlay.event.MeshEvent;

/** Why a control message of a neighbour was not followed, or a relay was not asked. */
public enum RelayRefusal {
    MALFORMED("it is malformed", MeshEvent.Level.DEBUG),
    NOT_A_RELAY("this node is not a relay (relay.am_relay)", MeshEvent.Level.DEBUG),
    FROM_OURSELVES("it is from this node itself", MeshEvent.Level.INFO),
    FROM_IS_NOT_THE_SENDER(
            "its 'from' is not an address of the host that sent it", MeshEvent.Level.INFO),
    NO_DIRECT_PATH(
            "the target is itself reached through a relay, and relays do not chain",
            MeshEvent.Level.DEBUG),
    NOT_CONNECTED(
            "there is no tunnel to the target yet; a handshake has begun", MeshEvent.Level.DEBUG),
    INDEX_CHANGED(
            "its index differs from the one that this relay has used so far", MeshEvent.Level.INFO),
    UNKNOWN_INDEX("this node does not know its index", MeshEvent.Level.DEBUG),
    UNEXPECTED("this node did not expect it", MeshEvent.Level.DEBUG),
    NEEDS_FORM_2(
            "the neighbour understands only IPv4 addresses, and an address in it is IPv6",
            MeshEvent.Level.WARN),
    TABLE_FULL(
            "the relay table is full, or holds as many entries with this host as it may",
            MeshEvent.Level.WARN),
    PAIR_TOO_OFTEN("requests of these two hosts come too often", MeshEvent.Level.DEBUG),
    HOST_TOO_OFTEN(
            "the host asks too often for targets without a tunnel here", MeshEvent.Level.DEBUG),
    FORBIDDEN_HERE(
            "asterism.paths of this node forbids relays for that host", MeshEvent.Level.DEBUG);

    private final String text;
    private final MeshEvent.Level level;

    RelayRefusal(String text, MeshEvent.Level level) {
        this.text = text;
        this.level = level;
    }

    String text() {
        return text;
    }

    MeshEvent.Level level() {
        return level;
    }
}
