package dev.asterism.overlay.handshake;

import dev.asterism.overlay.aead.AeadKey;
import dev.asterism.overlay.cert.VerifiedCertificate;
import dev.asterism.overlay.firewall.FirewallPeer;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.noise.IxHandshake;
import dev.asterism.overlay.noise.SessionKeys;
import dev.asterism.overlay.tunnel.HandshakeOrigin;
import dev.asterism.overlay.tunnel.ReplayWindow;
import dev.asterism.overlay.tunnel.Session;
import dev.asterism.overlay.tunnel.Tunnel;

/** From a completed handshake to a tunnel. */
final class SessionMaker {

    private final HandshakeWorld world;

    SessionMaker(HandshakeWorld world) {
        this.world = world;
    }

    Tunnel make(
            IxHandshake complete,
            int localIndex,
            int remoteIndex,
            VerifiedCertificate peer,
            HandshakeOrigin origin,
            UnderlayAddr from) {
        SessionKeys keys = complete.split();
        AeadKey send = world.ciphers().key(keys.sending());
        AeadKey receive = world.ciphers().key(keys.receiving());
        keys.destroy();
        Session session =
                new Session(
                        localIndex,
                        remoteIndex,
                        send,
                        receive,
                        new ReplayWindow(ReplayWindow.DEFAULT_LENGTH),
                        origin.extensions());
        return new Tunnel(
                session,
                peer,
                origin,
                world.directory().remotesOf(peer.certificate().networks().getFirst().address()),
                FirewallPeer.of(peer, world.ownAddresses()),
                from);
    }
}
