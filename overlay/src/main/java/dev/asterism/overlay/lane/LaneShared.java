package dev.asterism.overlay.lane;

import dev.asterism.overlay.firewall.Firewall;
import dev.asterism.overlay.relay.RelayTable;
import dev.asterism.overlay.tunnel.TunnelTable;

/** What the lanes share with the control plane, and the counters and epoch of one of them. */
public record LaneShared(
        SnapshotCell snapshots,
        TunnelTable tunnels,
        RelayTable relays,
        CommandQueue commands,
        Firewall firewall,
        LaneCounters counters,
        LaneEpochs epochs,
        LaneEpoch epoch) {}
