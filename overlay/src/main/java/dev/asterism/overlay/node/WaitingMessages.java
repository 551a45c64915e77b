package dev.asterism.overlay.node;

import dev.asterism.overlay.handshake.Initiator;
import dev.asterism.overlay.handshake.QueuedMessage;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.packet.FlowKey;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.wire.MessageType;
import java.util.List;

/**
 * Packets and messages to peers without a tunnel: begins the handshake, and sends them after it.
 * Control plane only.
 */
final class WaitingMessages {

    private final TunnelTable tunnels;
    private final ControlSender sender;
    private final QueuedPacketFilter filter;
    private final Initiator initiator;

    WaitingMessages(
            TunnelTable tunnels,
            ControlSender sender,
            QueuedPacketFilter filter,
            Initiator initiator) {
        this.tunnels = tunnels;
        this.sender = sender;
        this.filter = filter;
        this.initiator = initiator;
    }

    /** A packet that found no tunnel; there may be one by now. */
    void packet(Ip overlay, Bytes packet, Tick now) {
        Tunnel tunnel = tunnels.byOverlay(overlay);
        if (tunnel != null) {
            send(tunnel, List.of(QueuedMessage.packet(packet)), now);
        } else {
            initiator.start(overlay, QueuedMessage.packet(packet), now);
        }
    }

    /** Begins the handshakes that discovery's messages need, and wakes those whose candidates have come; how many. */
    int beginHandshakes(Tick now) {
        int done = 0;
        for (ControlSender.HandshakeRequest request = sender.pollHandshakeRequest();
                request != null;
                request = sender.pollHandshakeRequest(), done++) {
            begin(request, now);
        }
        return done;
    }

    private void begin(ControlSender.HandshakeRequest request, Tick now) {
        switch (request) {
            case ControlSender.HandshakeRequest.Wake(Ip peer) -> initiator.wake(peer, now);
            case ControlSender.HandshakeRequest.Relay(Ip peer) -> initiator.relayReady(peer, now);
            case ControlSender.HandshakeRequest.Connect(Ip peer) ->
                    initiator.start(peer, null, now);
            case ControlSender.HandshakeRequest.Deliver(Ip peer, QueuedMessage item) -> {
                Tunnel tunnel = tunnels.byOverlay(peer);
                if (tunnel != null) {
                    sender.waiting(tunnel, item);
                } else {
                    initiator.start(peer, item, now);
                }
            }
        }
    }

    /** Sends what waited. Packets are asked about again: only now is it known whose they are. */
    void send(Tunnel tunnel, List<QueuedMessage> waiting, Tick now) {
        FlowKey flow = new FlowKey();
        for (QueuedMessage item : waiting) {
            boolean passes =
                    item.type() != MessageType.MESSAGE
                            || filter.passes(tunnel, item.payload(), flow, now);
            if (passes) {
                sender.waiting(tunnel, item);
            }
        }
    }
}
