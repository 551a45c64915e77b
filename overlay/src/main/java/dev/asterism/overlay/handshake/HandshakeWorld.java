package dev.asterism.overlay.handshake;

import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.firewall.OwnAddresses;
import dev.asterism.overlay.identity.Identity;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.noise.NoiseSuite;
import dev.asterism.overlay.path.RemoteDirectory;
import dev.asterism.overlay.path.RemotePolicy;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.List;

/** What handshakes need of the node around them; answers may differ after a reload. */
public interface HandshakeWorld {

    Identity identity();

    OwnAddresses ownAddresses();

    CaPool cas();

    RemotePolicy remotePolicy();

    OverlayConfig config();

    TunnelTable tunnels();

    RemoteDirectory directory();

    NoiseSuite suite();

    AeadProvider ciphers();

    RandomSource random();

    /** What to show of {@link dev.asterism.overlay.wire.WireExtensions}. */
    int extensions();

    /** Sends the same to all, at once; false when the network took none of them. */
    boolean sendNow(List<UnderlayAddr> to, byte[] datagram);
}
