package dev.asterism.overlay.node;

import dev.asterism.overlay.event.MeshEvent;

/**
 * The firewall's table of flows was full: flows of the peer that holds most made room for new ones. At most one a
 * minute.
 *
 * @param evicted flows that had to go since the last such event
 * @param maxEntries {@code asterism.conntrack.max_entries}
 * @param largestHolder name in the certificate of the peer that holds most now
 * @param largestHolderFlows how many it holds
 */
public record FlowTableFullEvent(
        long evicted, int maxEntries, String largestHolder, int largestHolderFlows)
        implements MeshEvent {

    @Override
    public Level level() {
        return Level.WARN;
    }

    @Override
    public String message() {
        return "Connection tracking table is full: dropping the oldest flows of the peer with the most"
                + " flows to make room (raise asterism.conntrack.max_entries if this is normal load)";
    }
}
