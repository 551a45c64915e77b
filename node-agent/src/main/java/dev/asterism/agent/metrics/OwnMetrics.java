package dev.asterism.agent.metrics;

import dev.asterism.overlay.handshake.HandshakeCounters;
import dev.asterism.overlay.handshake.HandshakeRejection;
import dev.asterism.overlay.node.NodeTotals;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The series that only Asterism has. None has an address or a name of a peer as a label: there are as many of them as of states. */
final class OwnMetrics {

    /** Of {@link Exposition}, as a histogram has more than one series. */
    static final String HANDSHAKE_SECONDS = "asterism_handshake_duration_seconds";

    static final String HANDSHAKE_SECONDS_HELP =
            "How long handshakes of this node took, from their start to the answer";

    private final MeteredNode source;
    private final List<Metric> all = new ArrayList<>();

    private OwnMetrics(MeteredNode source) {
        this.source = source;
    }

    static List<Metric> of(MeteredNode source) {
        OwnMetrics metrics = new OwnMetrics(source);
        metrics.addPackets();
        metrics.addTunnels();
        metrics.addHandshakes();
        metrics.addFlows();
        metrics.addMemory();
        return List.copyOf(metrics.all);
    }

    private void addPackets() {
        PacketCounts packets = new PacketCounts(source.node());
        for (PacketCounts.Outcome outcome : PacketCounts.OUTCOMES) {
            all.add(
                    new Metric(
                            "asterism_packets_total",
                            Metric.Kind.COUNTER,
                            "Packets by direction, as seen from this host, and by what became of"
                                    + " them",
                            List.of(
                                    "direction",
                                    outcome.directionLabel(),
                                    "outcome",
                                    outcome.outcome().label()),
                            _ -> packets.of(outcome)));
        }
    }

    private void addTunnels() {
        tunnels("primary", r -> r.totals().primary());
        tunnels("secondary", r -> r.totals().secondary());
        tunnels("unconfirmed", r -> r.totals().unconfirmed());
        double[] bounds = NodeTotals.lossBounds();
        for (int i = 0; i <= bounds.length; i++) {
            int buckets = i + 1;
            all.add(
                    new Metric(
                            "asterism_tunnels_by_loss",
                            Metric.Kind.GAUGE,
                            "Tunnels of which at most this share of the peer's packets was lost so"
                                    + " far",
                            List.of("up_to", i < bounds.length ? text(bounds[i]) : "1"),
                            r -> sum(r.totals().lossCounts().subList(0, buckets))));
        }
    }

    private static int sum(List<Integer> counts) {
        return counts.stream().mapToInt(Integer::intValue).sum();
    }

    private static String text(double bound) {
        return bound == 0 ? "0" : String.valueOf(bound);
    }

    private void tunnels(String state, ToDoubleFunction<Reading> value) {
        all.add(
                new Metric(
                        "asterism_tunnels",
                        Metric.Kind.GAUGE,
                        "Tunnels: those that packets take, others of the same peers, and those"
                                + " whose peer has not proven itself yet",
                        List.of("state", state),
                        value));
    }

    private void addHandshakes() {
        HandshakeCounters counters = source.node().control().handshakes().counters();
        handshakes("completed", _ -> counters.completed());
        handshakes("timed_out", _ -> counters.timedOut());
        handshakes("wrong_host", _ -> counters.wrongHost());
        handshakes("answered", _ -> counters.answered());
        handshakes("confirmed", _ -> counters.confirmed());
        for (HandshakeRejection reason : HandshakeRejection.values()) {
            all.add(
                    new Metric(
                            "asterism_handshake_messages_rejected_total",
                            Metric.Kind.COUNTER,
                            "Handshake messages that were not followed, by the reason",
                            List.of("reason", reason.name().toLowerCase(Locale.ROOT)),
                            _ -> counters.rejected(reason)));
        }
    }

    private void handshakes(String result, ToDoubleFunction<Reading> value) {
        all.add(
                new Metric(
                        "asterism_handshakes_total",
                        Metric.Kind.COUNTER,
                        "Handshakes by result: completed, timed_out and wrong_host began here,"
                                + " answered and confirmed at a peer",
                        List.of("result", result),
                        value));
    }

    private void addFlows() {
        all.add(
                plain(
                        "asterism_conntrack_evicted_total",
                        Metric.Kind.COUNTER,
                        "Tracked flows that ended early, as the table was full",
                        _ -> source.node().firewall().evictedFlows()));
        all.add(
                plain(
                        "asterism_conntrack_max_entries",
                        Metric.Kind.GAUGE,
                        "Flows that the firewall can track",
                        _ -> source.node().firewall().maxTrackedFlows()));
        all.add(
                plain(
                        "asterism_control_commands_refused_total",
                        Metric.Kind.COUNTER,
                        "Commands that found a full queue of the control plane",
                        _ -> source.node().commands().refused()));
    }

    private void addMemory() {
        Runtime jvm = Runtime.getRuntime();
        heap("used", _ -> jvm.totalMemory() - jvm.freeMemory());
        heap("committed", _ -> jvm.totalMemory());
        heap("max", _ -> jvm.maxMemory());
        all.add(
                plain(
                        "process_resident_memory_bytes",
                        Metric.Kind.GAUGE,
                        "Memory of this process that is in RAM",
                        _ -> ProcessMemory.residentBytes()));
    }

    private void heap(String what, ToDoubleFunction<Reading> value) {
        all.add(
                new Metric(
                        "jvm_memory_" + what + "_bytes",
                        Metric.Kind.GAUGE,
                        "Java heap: bytes " + what,
                        List.of("area", "heap"),
                        value));
    }

    private static Metric plain(
            String name, Metric.Kind kind, String help, ToDoubleFunction<Reading> value) {
        return new Metric(name, kind, help, List.of(), value);
    }
}
