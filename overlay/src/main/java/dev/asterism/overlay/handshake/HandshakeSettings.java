package dev.asterism.overlay.handshake;

import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.path.PathPins;
import dev.asterism.overlay.path.RemoteFilter;
import org.jspecify.annotations.Nullable;

/**
 * What handshakes go by and a reload can change; read once for each message or timer, so that one
 * of them is judged by one state. Immutable.
 *
 * @param remotePolicy which underlay addresses may be handshaken with
 * @param pins which peers are not reached through relays, or through one of them above all
 * @param extensions what to show of {@link dev.asterism.overlay.wire.WireExtensions}
 */
public record HandshakeSettings(
        LocalIdentity identity,
        CaPool cas,
        RemoteFilter remotePolicy,
        PathPins pins,
        OverlayConfig config,
        int extensions) {

    /** Why no tunnel is made with the holder of a certificate that has answered by that path; null when one is. */
    @Nullable HandshakeRejection refusal(Certificate peer, Path from) {
        if (peer.networks().stream().map(Cidr::address).anyMatch(identity.addresses()::contains)) {
            return HandshakeRejection.OURSELVES;
        }
        return pins.allows(peer, from) ? null : HandshakeRejection.PATH_PINNED;
    }
}
