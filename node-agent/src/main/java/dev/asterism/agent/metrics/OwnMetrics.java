package dev.asterism.agent.metrics;

import dev.asterism.lighthouse.bundle.BundleCounters;
import dev.asterism.lighthouse.services.Refusal;
import dev.asterism.overlay.handshake.DurationSample;
import dev.asterism.overlay.handshake.HandshakeCounters;
import dev.asterism.overlay.handshake.HandshakeRejection;
import dev.asterism.overlay.node.Distribution;
import dev.asterism.overlay.node.NodeTotals;
import dev.asterism.overlay.relay.RelayRefusal;
import dev.asterism.overlay.relay.RelayRole;
import dev.asterism.overlay.revocation.BundleException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The series that only Asterism has. None has an address or a name of a peer as a label: there are
 * as many of them as of states.
 */
final class OwnMetrics {

    private static final double NANOS = 1e9;

    /** They have more than one series each. */
    static final List<BucketMetric> HISTOGRAMS =
            List.of(
                    new BucketMetric(
                            "asterism_handshake_duration_seconds",
                            "How long handshakes of this node took, from their start to the answer",
                            reading -> seconds(reading.handshakes())),
                    new BucketMetric(
                            "asterism_tunnel_rtt_seconds",
                            "Round trips to peers, as test requests measure them",
                            reading -> reading.totals().roundTrips()),
                    new BucketMetric(
                            "asterism_tunnel_loss_ratio",
                            "Share of a peer's packets that did not come between two checks of its"
                                    + " tunnel, each time that some came",
                            reading -> reading.totals().losses()));

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
        metrics.addRelays();
        metrics.addBundles();
        metrics.addBundleExchange();
        metrics.addServices();
        metrics.addFlows();
        metrics.addMemory();
        return List.copyOf(metrics.all);
    }

    private static Distribution.Snapshot seconds(DurationSample.Snapshot durations) {
        return new Distribution.Snapshot(
                Arrays.stream(DurationSample.boundsNanos())
                        .mapToObj(nanos -> nanos / NANOS)
                        .toList(),
                durations.counts(),
                durations.sumNanos() / NANOS);
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
        handshakes("superseded", _ -> counters.superseded());
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
                        "Handshakes by result: completed, superseded, timed_out and wrong_host"
                                + " began here, answered and confirmed at a peer",
                        List.of("result", result),
                        value));
    }

    private void addRelays() {
        for (RelayRole role : RelayRole.values()) {
            String label = role.name().toLowerCase(Locale.ROOT);
            all.add(
                    new Metric(
                            "asterism_relay_entries",
                            Metric.Kind.GAUGE,
                            "Relay entries: of this node as one of the ends, and of this node as"
                                    + " the relay (forwarding)",
                            List.of("role", label),
                            r -> r.totals().relays().role(role).entries()));
            relayed("packets", label, "in", r -> r.totals().relays().role(role).packetsIn());
            relayed("packets", label, "out", r -> r.totals().relays().role(role).packetsOut());
            relayed("bytes", label, "in", r -> r.totals().relays().role(role).bytesIn());
            relayed("bytes", label, "out", r -> r.totals().relays().role(role).bytesOut());
        }
        for (RelayRefusal reason : RelayRefusal.values()) {
            all.add(
                    new Metric(
                            "asterism_relay_messages_refused_total",
                            Metric.Kind.COUNTER,
                            "Requests and responses for relays that were not followed or not sent,"
                                    + " by the reason",
                            List.of("reason", reason.name().toLowerCase(Locale.ROOT)),
                            r -> r.totals().relays().refused().getOrDefault(reason, 0L)));
        }
    }

    private void relayed(
            String what, String role, String direction, ToDoubleFunction<Reading> value) {
        all.add(
                new Metric(
                        "asterism_relay_" + what + "_total",
                        Metric.Kind.COUNTER,
                        "Relayed " + what + " that came and went, by what this node is for them",
                        List.of("role", role, "direction", direction),
                        value));
    }

    private void addBundles() {
        all.add(
                plain(
                        "asterism_revocation_bundles",
                        Metric.Kind.GAUGE,
                        "Revocation bundles in force, one of each CA",
                        r -> r.bundles().bundles()));
        all.add(
                plain(
                        "asterism_revocation_bundle_newest_version",
                        Metric.Kind.GAUGE,
                        "The largest version among them, without the number of its delegation",
                        r -> r.bundles().newestVersion()));
        all.add(
                plain(
                        "asterism_revocation_bundle_oldest_issue_time_seconds",
                        Metric.Kind.GAUGE,
                        "When the bundle was issued that is in force for longest, Unix time; 0 without any",
                        r -> r.bundles().oldestIssueSeconds()));
        all.add(
                plain(
                        "asterism_revocation_bundles_overdue",
                        Metric.Kind.GAUGE,
                        "Bundles in force whose successor should have come by now",
                        r -> r.bundles().overdue()));
        all.add(
                plain(
                        "asterism_revoked_certificates",
                        Metric.Kind.GAUGE,
                        "Certificates that the bundles in force refuse",
                        r -> r.bundles().revoked()));
    }

    private void addBundleExchange() {
        BundleCounters counters = source.discovery().exchange().kept().counters();
        exchanged("accepted", _ -> counters.accepted());
        exchanged("not_sent", _ -> counters.notSent());
        for (BundleException.Fault fault : BundleException.Fault.values()) {
            String reason = fault.name().toLowerCase(Locale.ROOT);
            exchanged("refused_" + reason, _ -> counters.refused(fault));
        }
        all.add(
                plain(
                        "asterism_revocation_pieces_sent_total",
                        Metric.Kind.COUNTER,
                        "Pieces of bundles sent to peers",
                        _ -> counters.piecesSent()));
        all.add(
                plain(
                        "asterism_revocation_messages_limited_total",
                        Metric.Kind.COUNTER,
                        "Messages about bundles of peers that said or asked more than they may",
                        _ -> counters.limited()));
    }

    private void exchanged(String result, ToDoubleFunction<Reading> value) {
        all.add(
                new Metric(
                        "asterism_revocation_offers_total",
                        Metric.Kind.COUNTER,
                        "Newer revocation bundles that were offered, by what became of them",
                        List.of("result", result),
                        value));
    }

    private void addServices() {
        all.add(
                plain(
                        "asterism_services_kept",
                        Metric.Kind.GAUGE,
                        "Advertised services that this lighthouse keeps, each of a host and a name",
                        r -> r.services().kept()));
        offered("taken", r -> r.services().counters().offersTaken());
        for (Refusal rule : Refusal.values()) {
            String reason = rule.name().toLowerCase(Locale.ROOT);
            offered("refused_" + reason, r -> r.services().counters().refused(rule));
        }
        offered("limited", r -> r.services().counters().limited());
        offered("malformed", r -> r.services().counters().malformed());
        offered("refused_here", r -> r.services().counters().refusedHere());
        offered("contradicted", r -> r.services().counters().contradicted());
        all.add(
                plain(
                        "asterism_service_updates_sent_total",
                        Metric.Kind.COUNTER,
                        "Messages by which this lighthouse told hosts who offers a service",
                        r -> r.services().counters().updatesSent()));
    }

    private void offered(String result, ToDoubleFunction<Reading> value) {
        all.add(
                new Metric(
                        "asterism_service_offers_total",
                        Metric.Kind.COUNTER,
                        "Advertised services and messages about them, by what became of them;"
                                + " refused_here: this node, a caller, did not take a service"
                                + " from a lighthouse, as its host's certificate does not allow it;"
                                + " contradicted: a host said to this node, a caller, that a lighthouse"
                                + " tells a number that the host has not used",
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
