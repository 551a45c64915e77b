package dev.asterism.overlay.lane;

import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.packet.PacketOutcome;
import java.util.List;

/**
 * What all lanes and the control plane of a node have counted since its start. Each call adds up
 * the values as they are then; it may be made on any thread and costs the lanes nothing.
 */
public final class LaneStats {

    private final List<LaneCounters> counters;

    /**
     * @param counters one of each writer
     */
    public LaneStats(List<LaneCounters> counters) {
        this.counters = List.copyOf(counters);
    }

    /** Packets and datagrams that ended so. */
    public long count(Direction direction, PacketOutcome outcome) {
        return counters.stream().mapToLong(one -> one.count(direction, outcome)).sum();
    }

    /** Bytes of the IP packets that were delivered to the host (inbound) or sent (outbound). */
    public long bytes(Direction direction) {
        return counters.stream().mapToLong(one -> one.bytes(direction)).sum();
    }
}
