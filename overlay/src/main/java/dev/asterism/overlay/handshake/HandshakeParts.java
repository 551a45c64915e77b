package dev.asterism.overlay.handshake;

import dev.asterism.overlay.aead.AeadKey;
import dev.asterism.overlay.cert.VerifiedCertificate;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.noise.SessionKeys;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.PathReason;
import dev.asterism.overlay.tunnel.ReplayWindow;
import dev.asterism.overlay.tunnel.Session;
import dev.asterism.overlay.tunnel.Tunnel;
import java.util.List;

/** What both halves of handshaking share. */
record HandshakeParts(
        HandshakeEnv env,
        HandshakeMachine.Shared machines,
        PendingHandshakes pending,
        RejectionReport rejections,
        HandshakeCounters counters) {

    /** The tunnel of a finished handshake, not in the table yet. */
    Tunnel tunnel(HandshakeStep.Established done, Path from) {
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
        Ip address = peer.certificate().networks().getFirst().address();
        Tunnel tunnel =
                new Tunnel(session, peer, done.origin(), env.directory().remotesOf(address), from);
        tunnel.watch().unserved =
                unserved(tunnel.addresses(), done.origin().ourCertificate().networks());
        Tunnel before = env.tunnels().byOverlay(address);
        if (before != null) {
            tunnel.watch().paths = before.watch().paths;
        }
        if (done.origin().initiator()) { // message 1 of a peer proves nothing yet
            tunnel.watch().paths.changed(PathReason.HANDSHAKE);
        }
        return tunnel;
    }

    /**
     * The peer refuses packets from an address that is not in the certificate we showed. Addresses of a family that we
     * have, but not in that one, are left to a tunnel made with another one.
     */
    private List<Ip> unserved(List<Ip> addresses, List<Cidr> shown) {
        List<Ip> ours = env.settings().get().identity().addresses();
        return addresses.stream()
                .filter(address -> ours.stream().anyMatch(own -> own.isIpv4() == address.isIpv4()))
                .filter(
                        address ->
                                shown.stream().noneMatch(own -> own.isIpv4() == address.isIpv4()))
                .toList();
    }
}
