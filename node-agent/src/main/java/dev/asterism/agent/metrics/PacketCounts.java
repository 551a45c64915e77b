package dev.asterism.agent.metrics;

import dev.asterism.overlay.lane.LaneCounters;
import dev.asterism.overlay.node.Node;
import java.util.List;
import java.util.function.ToLongFunction;

/** What became of packets, over all lanes. */
final class PacketCounts {

    private final Node node;

    /**
     * @param direction inbound or outbound, as seen from the host
     * @param outcome one word
     */
    record Outcome(String direction, String outcome, ToLongFunction<LaneCounters> value) {}

    static final List<Outcome> OUTCOMES =
            List.of(
                    new Outcome("inbound", "delivered", c -> c.packetsIn),
                    new Outcome("inbound", "invalid", c -> c.invalid),
                    new Outcome("inbound", "forged", c -> c.forged),
                    new Outcome("inbound", "replayed", c -> c.replayed),
                    new Outcome("inbound", "unknown_index", c -> c.unknownIndex),
                    new Outcome("inbound", "over_budget", c -> c.overBudget),
                    new Outcome("inbound", "refused", c -> c.refusedInbound),
                    new Outcome("outbound", "sent", c -> c.packetsOut),
                    new Outcome("outbound", "unroutable", c -> c.unroutable),
                    new Outcome("outbound", "unsendable", c -> c.unsendable),
                    new Outcome("outbound", "exhausted", c -> c.exhausted),
                    new Outcome("outbound", "refused", c -> c.refusedOutbound));

    PacketCounts(Node node) {
        this.node = node;
    }

    long of(Outcome outcome) {
        return sum(outcome.value());
    }

    long recvErrorsSent() {
        return sum(c -> c.recvErrorsSent);
    }

    long invalid() {
        return sum(c -> c.invalid);
    }

    long exhausted() {
        return sum(c -> c.exhausted);
    }

    long delivered() {
        return sum(c -> c.packetsIn);
    }

    long sent() {
        return sum(c -> c.packetsOut);
    }

    private long sum(ToLongFunction<LaneCounters> value) {
        return node.counters().stream().mapToLong(value).sum();
    }
}
