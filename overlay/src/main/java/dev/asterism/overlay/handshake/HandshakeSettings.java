package dev.asterism.overlay.handshake;

import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.path.RemoteFilter;

/**
 * What handshakes go by and a reload can change; read once for each message or timer, so that one
 * of them is judged by one state. Immutable.
 *
 * @param remotePolicy which underlay addresses may be handshaken with
 * @param extensions what to show of {@link dev.asterism.overlay.wire.WireExtensions}
 */
public record HandshakeSettings(
        LocalIdentity identity,
        CaPool cas,
        RemoteFilter remotePolicy,
        OverlayConfig config,
        int extensions) {}
