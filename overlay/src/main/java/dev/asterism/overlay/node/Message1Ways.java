package dev.asterism.overlay.node;

import dev.asterism.overlay.handshake.HandshakeEnv;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.relay.RelayNegotiator;
import dev.asterism.overlay.relay.RelayTry;
import java.util.List;

/** The ways out for message 1: straight, and through relays. Control plane only. */
record Message1Ways(ControlSender sender, RelayNegotiator relays)
        implements HandshakeEnv.Message1Sender {

    @Override
    public boolean sendNow(List<UnderlayAddr> to, byte[] datagram) {
        return sender.sendNow(to, datagram);
    }

    @Override
    public int relay(Ip peer, List<Ip> through, RelayTry why, byte[] datagram, Tick now) {
        return relays.attempt(peer, through, why, datagram, now);
    }
}
