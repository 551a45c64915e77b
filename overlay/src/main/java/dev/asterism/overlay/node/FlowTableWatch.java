package dev.asterism.overlay.node;

import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.firewall.Firewall;
import dev.asterism.overlay.firewall.PeerIdentity;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;

/** Says that the table of flows is full: at once, then at most once a minute. Control plane's thread. */
final class FlowTableWatch {

    static final long INTERVAL_NANOS = 60_000_000_000L;

    private static final String NOBODY = "(peer no longer connected)";

    private final Firewall firewall;
    private final TunnelTable tunnels;
    private final EventSink events;
    private long told;
    private long notBeforeNanos;

    FlowTableWatch(Firewall firewall, TunnelTable tunnels, EventSink events) {
        this.firewall = firewall;
        this.tunnels = tunnels;
        this.events = events;
    }

    /** Cheap; wants no deadline of its own, as whoever fills the table keeps other timers running. */
    void onTimer(Tick now) {
        long evicted = firewall.evictedFlows();
        if (evicted == told || told > 0 && now.nanos() - notBeforeNanos < 0) {
            return;
        }
        PeerIdentity largest =
                firewall.largestHolder(tunnels.all().stream().map(Tunnel::firewallPeer));
        events.emit(
                new FlowTableFullEvent(
                        evicted - told,
                        firewall.maxTrackedFlows(),
                        largest == null ? NOBODY : largest.name(),
                        largest == null ? 0 : firewall.trackedFlows(largest)));
        told = evicted;
        notBeforeNanos = now.nanos() + INTERVAL_NANOS;
    }
}
