package dev.asterism.agent.metrics;

import dev.asterism.agent.service.ControlPlaneCall;
import dev.asterism.lighthouse.Discovery;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.node.Node;
import dev.asterism.overlay.node.NodeTotals;
import dev.asterism.tun.udp.LinuxUdp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where metrics come from.
 *
 * @param sockets by lane
 * @param version of this program
 * @param others series of other parts of the agent, for Prometheus only; asked at each scrape
 */
public record MeteredNode(
        Node node,
        Discovery discovery,
        List<LinuxUdp> sockets,
        String version,
        Supplier<List<LabelledFamily>> others) {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private record OfControlPlane(
            NodeTotals totals, BundleTotals bundles, ServiceTotals services) {}

    private OfControlPlane onControlPlane(Tick now) {
        return new OfControlPlane(
                node.totals(),
                BundleTotals.of(discovery.exchange().kept().inForce(), now.wall()),
                ServiceTotals.of(discovery));
    }

    /** Null when the control plane had no time. Any thread but its own. */
    @Nullable Reading read() {
        OfControlPlane read = ControlPlaneCall.ask(node, PATIENCE, this::onControlPlane);
        return read == null
                ? null
                : new Reading(
                        Instant.now(),
                        read.totals(),
                        read.bundles(),
                        read.services(),
                        sockets.stream().map(LinuxUdp::memory).toList(),
                        node.control().handshakes().counters().durations().snapshot());
    }
}
