package dev.asterism.overlay.node;

import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.discovery.PeerDiscovery;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.PathSearch;
import dev.asterism.overlay.tunnel.Tunnel;
import java.util.List;

/**
 * What is done for the path of a tunnel at its regular check: a punch that keeps a NAT open, a look for a better
 * address. Packets: a punch in five seconds and, after as many packets as {@code counters} says, a test request to each
 * preferred address. Control plane only.
 */
final class PathUpkeep {

    private final PeerDiscovery discovery;
    private final ControlSender sender;

    PathUpkeep(PeerDiscovery discovery, ControlSender sender) {
        this.discovery = discovery;
        this.sender = sender;
    }

    /** Keeps a NAT's mapping alive; lighthouses hear from us anyway (spec wire.md 7.3). */
    void punch(Tunnel tunnel, NodeSnapshot snapshot) {
        OverlayConfig.Punchy punchy = snapshot.config().punchy();
        if (!punchy.punch() || tunnel.addresses().stream().anyMatch(discovery::isLighthouse)) {
            return;
        }
        UnderlayAddr remote = tunnel.remote();
        if (punchy.targetAllRemotes()) {
            candidates(tunnel, snapshot).forEach(to -> sender.punch(to));
        } else if (remote != null) {
            sender.punch(remote);
        }
    }

    private static List<UnderlayAddr> candidates(Tunnel tunnel, NodeSnapshot snapshot) {
        return tunnel.remotes().candidates(snapshot.config().preferredRanges());
    }

    /** Every so many packets: try preferred candidates, ask the lighthouses again (spec wire.md 7.4). */
    void lookForBetterPath(Tunnel tunnel, NodeSnapshot snapshot, Tick now) {
        OverlayConfig config = snapshot.config();
        if (config.lighthouse().amLighthouse()) {
            return;
        }
        long out = tunnel.traffic().packetsOut();
        int promoteEvery = config.counters().tryPromote();
        PathSearch search = tunnel.watch().search();
        if (promoteEvery > 0 && out - search.promoteSeenOut >= promoteEvery) {
            search.promoteSeenOut = out;
            tryPreferred(tunnel, snapshot);
        }
        int requeryEvery = config.counters().requeryEveryPackets();
        boolean rested =
                search.lastRequeryNanos == Long.MIN_VALUE
                        || now.nanos() - search.lastRequeryNanos
                                >= config.timers().requeryWaitDuration().toNanos();
        if (requeryEvery > 0 && rested && out - search.requerySeenOut >= requeryEvery) {
            search.requerySeenOut = out;
            search.lastRequeryNanos = now.nanos();
            discovery.query(tunnel.primaryAddress(), now);
        }
    }

    private void tryPreferred(Tunnel tunnel, NodeSnapshot snapshot) {
        UnderlayAddr current = tunnel.remote();
        boolean relayed = tunnel.path() instanceof Path.Relayed; // see DirectReturn
        if (relayed || current != null && isPreferred(current, snapshot)) {
            return;
        }
        for (UnderlayAddr candidate : candidates(tunnel, snapshot)) {
            if (isPreferred(candidate, snapshot)) {
                sender.testRequest(tunnel, candidate);
            }
        }
    }

    static boolean isPreferred(UnderlayAddr address, NodeSnapshot snapshot) {
        return snapshot.config().preferredRanges().stream()
                .anyMatch(range -> range.contains(address.ip()));
    }
}
