package dev.asterism.overlay.node;

import dev.asterism.overlay.discovery.CertifiedHost;
import dev.asterism.overlay.discovery.ServiceLink;
import dev.asterism.overlay.lane.SnapshotCell;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.wire.WireExtensions;
import org.jspecify.annotations.Nullable;

/** What tunnels and certificates say for the exchange of advertised services. Control plane only. */
record ServiceFacts(TunnelTable tunnels, SnapshotCell snapshots) implements ServiceLink {

    @Override
    public boolean exchangesServices(Ip peer) {
        Tunnel tunnel = tunnels.byOverlay(peer);
        return tunnel != null && WireExtensions.hasServices(tunnel.origin().extensions());
    }

    @Override
    public @Nullable CertifiedHost hostAt(Ip peer) {
        Tunnel tunnel = tunnels.byOverlay(peer);
        return tunnel == null ? null : CertifiedHost.of(tunnel.peer().certificate());
    }

    @Override
    public CertifiedHost self() {
        return CertifiedHost.of(snapshots.get().identity().certificate());
    }
}
