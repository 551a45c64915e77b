package dev.asterism.overlay.handshake;

import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.discovery.RemoteDirectory;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.noise.NoiseCipher;
import dev.asterism.overlay.path.RemoteFilter;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.List;

/** What handshakes need of the node around them; answers may differ after a reload. */
public interface HandshakeEnv {

    LocalIdentity identity();

    CaPool cas();

    RemoteFilter remotePolicy();

    OverlayConfig config();

    TunnelTable tunnels();

    RemoteDirectory directory();

    /** Of handshakes and of transport packets. */
    NoiseCipher cipher();

    AeadProvider ciphers();

    RandomSource random();

    /** What to show of {@link dev.asterism.overlay.wire.WireExtensions}. */
    int extensions();

    /** Sends the same to all, at once; false when the network took none of them. */
    boolean sendNow(List<UnderlayAddr> to, byte[] datagram);
}
