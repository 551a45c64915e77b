package dev.asterism.overlay.relay;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.tunnel.Tunnel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests for a relay to hosts with which this node has no tunnel yet. A requester that had to ask again would lose up
 * to a second, the pause between two tries of its handshake. Bounded by {@value #MAX}, the oldest go first; how often
 * one requester may add is the caller's limit. Control plane only.
 */
final class AwaitedTargets {

    private static final int MAX = 1_024;

    /** A handshake with the target takes no longer; later the requester has asked again, or has given up. */
    private static final long KEPT_NANOS = 6_000_000_000L;

    private final Map<Wanted, Request> requests = new LinkedHashMap<>();

    private record Wanted(Tunnel by, Ip target) {}

    record Request(Tunnel by, RelayMessage message, long untilNanos) {}

    /** The latest of a requester for a target replaces the one before. */
    void add(Tunnel by, RelayMessage message, long nowNanos) {
        Wanted wanted = new Wanted(by, message.to());
        requests.remove(wanted);
        requests.put(wanted, new Request(by, message, nowNanos + KEPT_NANOS));
        if (requests.size() > MAX) {
            requests.remove(requests.keySet().iterator().next());
        }
    }

    /** The requester's tunnel is gone. */
    void removed(Tunnel tunnel) {
        requests.keySet().removeIf(wanted -> wanted.by() == tunnel);
    }

    /** Takes out those for a host that has these addresses, and all that are too old. */
    List<Request> take(List<Ip> target, long nowNanos) {
        if (requests.isEmpty()) {
            return List.of();
        }
        List<Request> taken = new ArrayList<>();
        requests.entrySet()
                .removeIf(
                        held -> {
                            boolean old = held.getValue().untilNanos() - nowNanos <= 0;
                            boolean wanted = target.contains(held.getKey().target());
                            if (wanted && !old) {
                                taken.add(held.getValue());
                            }
                            return old || wanted;
                        });
        return taken;
    }
}
