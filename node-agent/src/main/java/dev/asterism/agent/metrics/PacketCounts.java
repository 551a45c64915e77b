package dev.asterism.agent.metrics;

import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.lane.LaneStats;
import dev.asterism.overlay.node.Node;
import dev.asterism.overlay.packet.PacketOutcome;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What became of packets, over all lanes, for metrics that sum several outcomes. */
final class PacketCounts {

    private final LaneStats stats;

    /** One series of {@code asterism_packets_total}. */
    record Outcome(Direction direction, PacketOutcome outcome) {

        String directionLabel() {
            return direction.name().toLowerCase(Locale.ROOT);
        }
    }

    static final List<Outcome> OUTCOMES =
            Arrays.stream(Direction.values())
                    .flatMap(
                            direction ->
                                    Arrays.stream(PacketOutcome.values())
                                            .map(outcome -> new Outcome(direction, outcome)))
                    .toList();

    PacketCounts(Node node) {
        stats = node.stats();
    }

    long of(Outcome outcome) {
        return stats.count(outcome.direction(), outcome.outcome());
    }

    long recvErrorsSent() {
        return stats.count(Direction.OUTBOUND, PacketOutcome.RECV_ERROR);
    }

    /** What Nebula counts as messages.rx.invalid: it cannot have come from a peer. */
    long invalid() {
        return Stream.of(
                        PacketOutcome.INVALID_SOURCE,
                        PacketOutcome.INVALID_HEADER,
                        PacketOutcome.INVALID_LENGTH,
                        PacketOutcome.INVALID_EXTENSION,
                        PacketOutcome.INVALID_HANDSHAKE,
                        PacketOutcome.DENIED_SOURCE)
                .mapToLong(outcome -> stats.count(Direction.INBOUND, outcome))
                .sum();
    }

    long exhausted() {
        return stats.count(Direction.OUTBOUND, PacketOutcome.COUNTER_EXHAUSTED);
    }

    long delivered() {
        return stats.count(Direction.INBOUND, PacketOutcome.DELIVERED);
    }

    long sent() {
        return stats.count(Direction.OUTBOUND, PacketOutcome.SENT);
    }
}
