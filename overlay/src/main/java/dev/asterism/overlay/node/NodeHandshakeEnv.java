package dev.asterism.overlay.node;

import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.discovery.RemoteDirectory;
import dev.asterism.overlay.handshake.HandshakeEnv;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.lane.SnapshotCell;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.noise.NoiseCipher;
import dev.asterism.overlay.path.RemoteFilter;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.wire.WireExtensions;
import java.util.List;

/**
 * The node as its handshakes see it.
 *
 * @param hostFinishesChecksums whether every lane's way to the host takes packets with unfinished checksums
 */
record NodeHandshakeEnv(
        SnapshotCell snapshots,
        TunnelTable tunnels,
        RemoteDirectory directory,
        ControlSender sender,
        NodeCrypto crypto,
        boolean hostFinishesChecksums)
        implements HandshakeEnv {

    @Override
    public LocalIdentity identity() {
        return snapshots.get().identity();
    }

    @Override
    public CaPool cas() {
        return snapshots.get().cas();
    }

    @Override
    public RemoteFilter remotePolicy() {
        return snapshots.get().remotePolicy();
    }

    @Override
    public OverlayConfig config() {
        return snapshots.get().config();
    }

    @Override
    public NoiseCipher cipher() {
        return crypto.cipher();
    }

    @Override
    public AeadProvider ciphers() {
        return crypto.ciphers();
    }

    @Override
    public RandomSource random() {
        return crypto.random();
    }

    @Override
    public int extensions() {
        return hostFinishesChecksums && config().asterism().wireExtensions()
                ? WireExtensions.PARTIAL_CHECKSUMS
                : WireExtensions.NONE;
    }

    @Override
    public boolean sendNow(List<UnderlayAddr> to, byte[] datagram) {
        return sender.sendNow(to, datagram);
    }
}
