package dev.asterism.overlay.firewall;

import dev.asterism.overlay.net.Ip;

/**
 * Whose packets made a connection to the L7 filter: the peer of the tunnel session that carried its first packet, or of
 * the session under which the flow was judged last, when the peer came back with another certificate. Immutable.
 *
 * @param local address of this host that the peer asked for
 * @param port the port that it asked for
 * @param remote the peer's own address, or one behind it
 */
public record FlowOrigin(PeerIdentity peer, Ip local, int port, Ip remote, int remotePort) {}
