package dev.asterism.overlay.packet;

import java.util.Locale;

/**
 * Every end that a packet of the host or a datagram of the underlay can take in a lane, inbound and
 * outbound. Each is counted in one place, for each direction. Names are labels of metrics and stay
 * as they are.
 */
public enum PacketOutcome {
    /** Inbound: an IP packet went to the host. */
    DELIVERED,
    /** Outbound: an IP packet was sealed and given to the socket. */
    SENT,
    /** Outbound: waits for a handshake; counted again when it is sent, refused or given up ({@link #NO_TUNNEL}). */
    QUEUED,
    /** Outbound: waited for a handshake that was not completed in time, or there was no room to wait. */
    NO_TUNNEL,
    /**
     * Inbound: waits for the tunnel of a handshake under way; counted again when that is there or
     * has not come in time.
     */
    WAITING_FOR_TUNNEL,
    /** Inbound: an authentic message for the control plane; outbound: one of it was sent. */
    CONTROL_MESSAGE,
    /** Inbound: went to the control plane. */
    HANDSHAKE,
    /** Inbound: went to the control plane; outbound: was sent for an unknown index. */
    RECV_ERROR,
    /** Inbound: a datagram of one byte, which opens a NAT and says nothing. */
    PUNCH,
    /** Inbound: from port 0, or from an address inside the overlay. */
    INVALID_SOURCE,
    /** Inbound: too short, of another version or of a type that is not known. */
    INVALID_HEADER,
    /** Inbound: of a length that its type cannot have. */
    INVALID_LENGTH,
    /** Inbound: marked with an extension that the session has not agreed on. */
    INVALID_EXTENSION,
    /** Inbound: a handshake that cannot be one. */
    INVALID_HANDSHAKE,
    /** Inbound: a handshake from an address that {@code lighthouse.remote_allow_list} denies. */
    DENIED_SOURCE,
    /**
     * Inbound: a handshake in whose certificate the lane found no CA of ours, and many of these in this second. That
     * may also be a certificate of version 2 or on P-256, or no certificate at all; the log names the first of them.
     */
    UNTRUSTED_ISSUER,
    /**
     * Inbound: for an index that no session has; also when it waited for a session that did not
     * come, or there was no room to wait.
     */
    UNKNOWN_INDEX,
    /** Inbound: a relay packet that went on to the other end of its path. */
    FORWARDED,
    /** Inbound: a relay packet for an index that no relay entry has. */
    RELAY_UNKNOWN,
    /** Inbound: a relay packet whose counter was seen before or is too old. */
    RELAY_REPLAYED,
    /** Inbound: a relay packet, and there is no leg by which it could go on. */
    RELAY_NO_LEG,
    /** Inbound: a relay packet inside another one; relays do not chain. */
    RELAY_NESTED,
    /** Inbound: its counter was seen before or is too old. */
    REPLAYED,
    /** Inbound: its tag was wrong. */
    FORGED,
    /** More of this kind than the sender or the lane may have handled. */
    RATE_LIMITED,
    /** The queue of the control plane was full. */
    QUEUE_FULL,
    /** An IP packet that could not be parsed ({@link PacketFault}), or not cut into segments. */
    MALFORMED,
    /** Outbound: for our own address, a multicast group or a broadcast address. */
    NOT_FOR_PEERS,
    /** Outbound: to an address outside our networks without a route. */
    NO_ROUTE,
    /** Outbound: the tunnel has no underlay address at the moment. */
    NO_REMOTE,
    /** Larger than the buffer it has to go through. */
    TOO_LARGE,
    /** Outbound: larger than the path to the peer carries; whoever sent it was told. */
    OVER_PATH_MTU,
    /** Outbound: the session has used up its counter. */
    COUNTER_EXHAUSTED,
    /** The firewall: the remote address is not in the peer's certificate. */
    REMOTE_ADDRESS,
    /** The firewall: the remote address is the peer's and outside our networks. */
    REMOTE_OUTSIDE_OUR_NETWORKS,
    /** The firewall: the remote address is in our networks and came through the peer's unsafe network. */
    REMOTE_SPOOFED,
    /** The firewall: the local address is not ours. */
    LOCAL_ADDRESS,
    /** The firewall: no rule admits it. */
    NO_RULE,
    /** Inbound: for the L7 filter's own port, which only redirected flows may use. */
    FILTER_PORT,
    /** Inbound: of a new flow for the L7 filter, which does not answer, and {@code l7.on_failure} is closed. */
    FILTER_DOWN;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** Value of the metrics' label {@code outcome}. */
    public String label() {
        return label;
    }
}
