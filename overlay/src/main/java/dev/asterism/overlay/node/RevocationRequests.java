package dev.asterism.overlay.node;

import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.SignedBlocklists;
import dev.asterism.overlay.discovery.BundleLink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.SnapshotCell;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.wire.WireExtensions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Notes what discovery wants revoked, for the control plane to do after the call: a message may say so that came by a
 * tunnel which then has to end. Control plane only.
 */
final class RevocationRequests implements BundleLink {

    private final TunnelTable tunnels;
    private final SnapshotCell snapshots;
    private @Nullable SignedBlocklists wanted;

    RevocationRequests(TunnelTable tunnels, SnapshotCell snapshots) {
        this.tunnels = tunnels;
        this.snapshots = snapshots;
    }

    @Override
    public CaPool cas() {
        return snapshots.get().cas();
    }

    @Override
    public List<Fingerprint> ownCertificates() {
        List<Fingerprint> forms = new ArrayList<>();
        for (Certificate own : snapshots.get().identity().certificates()) {
            forms.add(own.fingerprint());
            Fingerprint other = own.alternateFingerprint();
            if (other != null) {
                forms.add(other);
            }
        }
        return forms;
    }

    @Override
    public boolean exchangesBundles(Ip peer) {
        Tunnel tunnel = tunnels.byOverlay(peer);
        return tunnel != null && exchangesBundles(tunnel);
    }

    private static boolean exchangesBundles(Tunnel tunnel) {
        return WireExtensions.hasBundles(tunnel.origin().extensions());
    }

    @Override
    public List<Ip> bundlePeers() {
        Set<Ip> peers = new LinkedHashSet<>();
        for (Tunnel tunnel : tunnels.all()) {
            if (exchangesBundles(tunnel)) {
                peers.add(tunnel.primaryAddress());
            }
        }
        return List.copyOf(peers);
    }

    @Override
    public void revoke(SignedBlocklists lists) {
        wanted = lists;
    }

    /** Brings into force what is wanted, and ends the tunnels that this forbids; returns how much was done. */
    int apply(TunnelLifecycle keeper, Tick now) {
        SignedBlocklists next = wanted;
        if (next == null) {
            return 0;
        }
        wanted = null;
        snapshots.set(snapshots.get().withSigned(next));
        keeper.sweep(now);
        return 1;
    }
}
