package dev.asterism.overlay.node;

import dev.asterism.overlay.discovery.PeerDiscovery;
import dev.asterism.overlay.discovery.PeerMessage;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.tunnel.Tunnel;

/** Hands messages of the lighthouse protocol to discovery. Control plane only. */
final class DiscoveryMessages implements PeerMessages.Owner {

    private final PeerDiscovery discovery;
    private final ControlSender sender;

    DiscoveryMessages(PeerDiscovery discovery, ControlSender sender) {
        this.discovery = discovery;
        this.sender = sender;
    }

    /** Of two hosts with one overlay address each gets the answers to its own questions. */
    @Override
    public void handle(Tunnel tunnel, int subtype, Bytes payload, Tick now) {
        sender.answering(tunnel);
        discovery.handle(
                new PeerMessage(
                        tunnel.addresses(), tunnel.origin().ourCertificate().version(), payload),
                now);
        sender.answering(null);
    }
}
