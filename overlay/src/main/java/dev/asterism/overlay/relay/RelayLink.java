package dev.asterism.overlay.relay;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.RelayLeg;
import dev.asterism.overlay.tunnel.Tunnel;

/** What relaying asks of the rest of the control plane. Its thread only. */
public interface RelayLink {

    /** Seals and sends a control message by exactly this tunnel. */
    void control(Tunnel by, byte[] payload);

    /** A handshake message through a relay, at once; false when it cannot go. */
    boolean handshake(RelayLeg leg, byte[] message);

    /** Begins a handshake with a relay, or with a peer that others ask us to relay to. */
    void connect(Ip peer);

    /** A relay is ready to carry a handshake that we may have pending with this peer. */
    void relayReady(Ip peer);
}
