package dev.asterism.overlay.node;

import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.identity.Identity;
import dev.asterism.overlay.path.RemotePolicy;
import dev.asterism.overlay.route.RouteTable;

/** Everything that configuration can change, replaced whole. Immutable; lanes read one per batch. */
public record NodeSnapshot(
        OverlayConfig config,
        Identity identity,
        CaPool cas,
        RemotePolicy remotePolicy,
        RouteTable routes) {}
