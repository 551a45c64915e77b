package dev.asterism.overlay.lane;

import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.identity.LocalIdentity;
import dev.asterism.overlay.path.RemoteFilter;
import dev.asterism.overlay.route.RouteTable;
import java.util.List;

/** Everything that configuration can change, replaced whole. Immutable; lanes read one per batch. */
public record NodeSnapshot(
        OverlayConfig config,
        LocalIdentity identity,
        CaPool cas,
        RemoteFilter remotePolicy,
        RouteTable routes) {

    /** The same with another configuration, whose other parts are compiled already. */
    public NodeSnapshot withConfig(OverlayConfig other) {
        return new NodeSnapshot(other, identity, cas, remotePolicy, routes);
    }

    /**
     * The same with another block list.
     *
     * @param entries as the configuration holds them
     */
    public NodeSnapshot withBlocklist(List<String> entries, Blocklist blocklist) {
        return new NodeSnapshot(
                config.withBlocklist(entries),
                identity,
                cas.withBlocklist(blocklist),
                remotePolicy,
                routes);
    }
}
