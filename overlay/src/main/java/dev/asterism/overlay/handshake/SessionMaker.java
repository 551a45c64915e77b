package dev.asterism.overlay.handshake;

import dev.asterism.overlay.aead.AeadKey;
import dev.asterism.overlay.cert.VerifiedCertificate;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.noise.IxHandshake;
import dev.asterism.overlay.noise.SessionKeys;
import dev.asterism.overlay.tunnel.HandshakeRecord;
import dev.asterism.overlay.tunnel.ReplayWindow;
import dev.asterism.overlay.tunnel.Session;
import dev.asterism.overlay.tunnel.Tunnel;

/** From a completed handshake to a tunnel. */
final class SessionMaker {

    private final HandshakeEnv world;

    SessionMaker(HandshakeEnv world) {
        this.world = world;
    }

    Tunnel make(
            IxHandshake complete,
            int localIndex,
            int remoteIndex,
            VerifiedCertificate peer,
            HandshakeRecord origin,
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
                from);
    }
}
