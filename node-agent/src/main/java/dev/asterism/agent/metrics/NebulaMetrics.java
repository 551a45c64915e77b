package dev.asterism.agent.metrics;

import static dev.asterism.agent.metrics.Metric.counter;
import static dev.asterism.agent.metrics.Metric.gauge;

import dev.asterism.lighthouse.wire.MessageCounters;
import dev.asterism.lighthouse.wire.MessageKind;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.config.OverlayConfig.Stats;
import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.firewall.Firewall;
import dev.asterism.overlay.handshake.HandshakeCounters;
import dev.asterism.overlay.handshake.HandshakeRejection;
import dev.asterism.overlay.node.CountedMessage;
import dev.asterism.overlay.node.MessageTally;
import dev.asterism.overlay.node.Node;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.tun.udp.LinuxUdp;
import dev.asterism.tun.udp.SocketMemory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The series that Nebula 1.12 has, under its registry's names, without its histogram and {@code
 * info} (spec behaviour.md 7).
 */
final class NebulaMetrics {

    /** The kinds of lighthouse messages that have a series of their own; the rest is {@code other}. */
    private static final List<MessageKind> LIGHTHOUSE_KINDS =
            List.of(
                    MessageKind.HOST_QUERY,
                    MessageKind.HOST_QUERY_REPLY,
                    MessageKind.HOST_UPDATE,
                    MessageKind.HOST_PUNCH,
                    MessageKind.HOST_UPDATE_ACK);

    private final MeteredNode source;
    private final Node node;
    private final PacketCounts packets;
    private final List<Metric> all = new ArrayList<>();

    private NebulaMetrics(MeteredNode source) {
        this.source = source;
        node = source.node();
        packets = new PacketCounts(node);
    }

    /**
     * @param stats says which counters of messages are wanted
     */
    static List<Metric> of(MeteredNode source, Stats stats) {
        NebulaMetrics metrics = new NebulaMetrics(source);
        metrics.addPackets();
        metrics.addFirewall();
        metrics.addHandshakes();
        metrics.addHostMap();
        metrics.addCertificate();
        metrics.addSockets();
        metrics.addMessages(stats.messageMetrics());
        metrics.addLighthouse(stats.lighthouseMetrics());
        return List.copyOf(metrics.all);
    }

    private void addPackets() {
        all.add(counter("network.packets.duplicate", r -> r.totals().gaps().duplicates()));
        all.add(counter("network.packets.out_of_window", r -> r.totals().gaps().outOfWindow()));
        all.add(counter("network.packets.lost", r -> r.totals().gaps().lost()));
    }

    private void addFirewall() {
        Firewall firewall = node.firewall();
        for (Direction direction : Direction.values()) {
            String way = direction == Direction.INBOUND ? "incoming" : "outgoing";
            String dropped = "firewall." + way + ".dropped.";
            all.add(drops(dropped + "local_addr", direction, PacketOutcome.LOCAL_ADDRESS));
            all.add(
                    drops(
                            dropped + "remote_addr",
                            direction,
                            PacketOutcome.REMOTE_ADDRESS,
                            PacketOutcome.REMOTE_OUTSIDE_OUR_NETWORKS,
                            PacketOutcome.REMOTE_SPOOFED));
            all.add(drops(dropped + "no_rule", direction, PacketOutcome.NO_RULE));
        }
        all.add(gauge("firewall.conntrack.count", _ -> firewall.trackedFlows()));
        all.add(gauge("firewall.rules.version", _ -> node.snapshot().rules().version()));
        all.add(gauge("firewall.rules.hash", _ -> node.snapshot().rules().fnv1a()));
    }

    private Metric drops(String name, Direction direction, PacketOutcome... outcomes) {
        return counter(
                name,
                _ ->
                        Arrays.stream(outcomes)
                                .mapToLong(outcome -> node.stats().count(direction, outcome))
                                .sum());
    }

    private void addHandshakes() {
        HandshakeCounters handshakes = node.control().handshakes().counters();
        all.add(counter("handshake_manager.initiated", _ -> handshakes.initiated()));
        all.add(counter("handshake_manager.timed_out", _ -> handshakes.timedOut()));
        all.add(
                counter(
                        "handshake_manager.rejected.blocklisted",
                        _ -> handshakes.rejected(HandshakeRejection.BLOCKLISTED)));
        all.add(counter("hostinfo.cached_packets.sent", _ -> handshakes.waitingSent()));
        all.add(counter("hostinfo.cached_packets.dropped", _ -> handshakes.waitingDropped()));
    }

    private void addHostMap() {
        all.add(gauge("hostmap.main.hosts", r -> r.totals().addresses()));
        all.add(gauge("hostmap.main.indexes", r -> r.totals().tunnels()));
        all.add(gauge("hostmap.main.remoteIndexes", r -> r.totals().remoteIndexes()));
        all.add(gauge("hostmap.main.relayIndexes", r -> r.totals().relayIndexes()));
        all.add(gauge("hostmap.pending.hosts", r -> r.totals().pendingHosts()));
        all.add(gauge("hostmap.pending.indexes", r -> r.totals().pendingIndexes()));
        all.add(gauge("routines", _ -> source.sockets().size()));
    }

    private void addCertificate() {
        all.add(
                gauge(
                        "certificate.ttl_seconds",
                        r ->
                                Duration.between(
                                                r.now(),
                                                identity().credential().certificate().notAfter())
                                        .toSeconds()));
        all.add(gauge("certificate.initiating_version", _ -> identity().initiatingVersion()));
        all.add(gauge("certificate.max_version", _ -> identity().certificate().version()));
    }

    private LocalIdentity identity() {
        return node.snapshot().identity();
    }

    private void addSockets() {
        all.add(
                counter(
                        "udp.tx.dropped",
                        _ ->
                                source.sockets().stream()
                                        .map(LinuxUdp::counters)
                                        .mapToLong(c -> c.sendQueueFull() + c.sendRejected())
                                        .sum()));
        for (int lane = 0; lane < source.sockets().size(); lane++) {
            for (int i = 0; i < SocketMemory.NAMES.size(); i++) {
                int socket = lane;
                int value = i;
                all.add(
                        gauge(
                                "udp." + lane + "." + SocketMemory.NAMES.get(i),
                                r -> r.ofSocket(socket, value)));
            }
        }
    }

    private void addMessages(boolean everyType) {
        MessageTally messages = node.messages();
        all.add(counter("messages.tx.punchy", _ -> messages.punches()));
        for (CountedMessage message : CountedMessage.values()) {
            if (everyType || message == CountedMessage.RECV_ERROR) {
                all.add(
                        counter(
                                "messages.rx." + message.metricName(),
                                _ -> messages.received(message)));
                all.add(
                        counter(
                                "messages.tx." + message.metricName(),
                                _ ->
                                        message == CountedMessage.RECV_ERROR
                                                ? packets.recvErrorsSent()
                                                : messages.sent(message)));
            }
        }
        if (everyType) {
            all.add(counter("messages.rx.invalid", _ -> packets.invalid()));
            all.add(counter("messages.tx.exhausted", _ -> packets.exhausted()));
            if (node.snapshot().config().tun().disabled()) {
                all.add(counter("messages.rx.message", _ -> packets.delivered()));
                all.add(counter("messages.tx.message", _ -> packets.sent()));
            }
        }
    }

    private void addLighthouse(boolean everyKind) {
        MessageCounters discovery = source.discovery().counters();
        all.add(counter("lighthouse.query.dropped", _ -> discovery.queriesDropped()));
        if (!everyKind) {
            return;
        }
        all.add(counter("messages.tx.holepunch", _ -> discovery.punches()));
        for (MessageKind kind : LIGHTHOUSE_KINDS) {
            all.add(counter("lighthouse.rx." + kind.metricName(), _ -> discovery.received(kind)));
            all.add(counter("lighthouse.tx." + kind.metricName(), _ -> discovery.sent(kind)));
        }
        all.add(counter("lighthouse.rx.other", _ -> others().mapToLong(discovery::received).sum()));
        all.add(counter("lighthouse.tx.other", _ -> others().mapToLong(discovery::sent).sum()));
    }

    private static Stream<MessageKind> others() {
        return Arrays.stream(MessageKind.values()).filter(kind -> !LIGHTHOUSE_KINDS.contains(kind));
    }
}
