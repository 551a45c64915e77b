package dev.asterism.overlay.handshake;

import dev.asterism.overlay.aead.AeadKey;
import dev.asterism.overlay.cert.VerifiedCertificate;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.noise.SessionKeys;
import dev.asterism.overlay.tunnel.ReplayWindow;
import dev.asterism.overlay.tunnel.Session;
import dev.asterism.overlay.tunnel.Tunnel;

/** What both halves of handshaking share. */
record HandshakeParts(
        HandshakeEnv env,
        HandshakeMachine.Shared machines,
        PendingHandshakes pending,
        RejectionReport rejections,
        HandshakeCounters counters) {

    /** The tunnel of a finished handshake, not in the table yet. */
    Tunnel tunnel(HandshakeStep.Established done, UnderlayAddr from) {
        SessionKeys keys = done.keys();
        AeadKey send = env.ciphers().key(keys.sending());
        AeadKey receive = env.ciphers().key(keys.receiving());
        keys.destroy();
        Session session =
                new Session(
                        done.localIndex(),
                        done.remoteIndex(),
                        send,
                        receive,
                        new ReplayWindow(ReplayWindow.DEFAULT_LENGTH),
                        done.origin().extensions());
        VerifiedCertificate peer = done.peer();
        return new Tunnel(
                session,
                peer,
                done.origin(),
                env.directory().remotesOf(peer.certificate().networks().getFirst().address()),
                from);
    }
}
