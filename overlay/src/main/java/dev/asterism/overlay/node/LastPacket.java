package dev.asterism.overlay.node;

import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.firewall.TrackedFlow;
import dev.asterism.overlay.firewall.Verdict;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.packet.FlowKey;
import dev.asterism.overlay.packet.IpPacket;
import dev.asterism.overlay.view.DropView;
import dev.asterism.overlay.view.LastPacketView;
import dev.asterism.overlay.view.WhyView.PacketQuestion;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the last packet between two hosts among the refused ones and in the connection table.
 * Control plane only.
 */
final class LastPacket {

    private final Node node;
    private final NodeInspector inspector;
    private final LastPacketView.Pair wanted;

    LastPacket(Node node, NodeInspector inspector, LastPacketView.Pair wanted) {
        this.node = node;
        this.inspector = inspector;
        this.wanted = wanted;
    }

    /** The younger of both, or null when neither is known. */
    @Nullable LastPacketView find(Tick now) {
        DropView drop = lastDrop();
        TrackedFlow flow = lastFlow();
        if (drop == null) {
            return flow == null ? null : admitted(flow, now);
        }
        return flow == null || age(drop, now).compareTo(age(flow, now)) <= 0
                ? refused(drop, now)
                : admitted(flow, now);
    }

    private @Nullable DropView lastDrop() {
        return node.control().drops().entries().reversed().stream()
                .filter(this::isWanted)
                .findFirst()
                .orElse(null);
    }

    private boolean isWanted(DropView drop) {
        Ip source = drop.inbound() ? drop.remoteAddr() : drop.localAddr();
        Ip destination = drop.inbound() ? drop.localAddr() : drop.remoteAddr();
        return source.equals(wanted.source())
                && destination.equals(wanted.destination())
                && (wanted.protocol() == 0 || drop.protocol() == wanted.protocol())
                && (wanted.port() == 0
                        || destinationPort(drop).equals(Integer.toString(wanted.port())));
    }

    private static String destinationPort(DropView drop) {
        return drop.inbound() ? drop.localPort() : drop.remotePort();
    }

    private static String sourcePort(DropView drop) {
        return drop.inbound() ? drop.remotePort() : drop.localPort();
    }

    /**
     * Packets of a flow go both ways, so the order of the two hosts does not matter; the port is
     * that of the host named second.
     */
    private @Nullable TrackedFlow lastFlow() {
        NodeSnapshot snapshot = node.snapshot();
        Ip source = wanted.source();
        boolean outbound = snapshot.own().handles(source.hi(), source.lo());
        Ip local = outbound ? source : wanted.destination();
        Ip remote = outbound ? wanted.destination() : source;
        return node.firewall()
                .lastFlow(
                        local,
                        remote,
                        flow ->
                                (wanted.protocol() == 0 || flow.protocol == wanted.protocol())
                                        && (wanted.port() == 0
                                                || (outbound ? flow.remotePort : flow.localPort)
                                                        == wanted.port()),
                        snapshot.rules());
    }

    private LastPacketView refused(DropView drop, Tick now) {
        boolean numbered = hasPorts(drop.protocol()) && !isFragment(destinationPort(drop));
        return new LastPacketView(
                age(drop, now),
                false,
                drop.reason(),
                drop.rules(),
                hasPorts(drop.protocol()) ? sourcePort(drop) : "",
                inspector.why(
                        new PacketQuestion(
                                wanted.source(),
                                wanted.destination(),
                                numbered ? Integer.parseInt(destinationPort(drop)) : 0,
                                drop.protocol()),
                        now));
    }

    private LastPacketView admitted(TrackedFlow tracked, Tick now) {
        FlowKey flow = tracked.flow();
        boolean inbound = tracked.origin() == Direction.INBOUND;
        PacketQuestion first =
                new PacketQuestion(
                        inbound ? flow.remote() : flow.local(),
                        inbound ? flow.local() : flow.remote(),
                        hasPorts(flow.protocol) ? destinationPort(tracked) : 0,
                        flow.protocol);
        return new LastPacketView(
                age(tracked, now),
                true,
                Verdict.PASS.reason(),
                "",
                sourcePort(tracked),
                inspector.why(first, now));
    }

    private static boolean hasPorts(int protocol) {
        return protocol == IpPacket.PROTOCOL_TCP || protocol == IpPacket.PROTOCOL_UDP;
    }

    private static boolean isFragment(String port) {
        return port.equals("fragment");
    }

    private static int destinationPort(TrackedFlow tracked) {
        FlowKey flow = tracked.flow();
        return tracked.origin() == Direction.INBOUND ? flow.localPort : flow.remotePort;
    }

    private static String sourcePort(TrackedFlow tracked) {
        FlowKey flow = tracked.flow();
        if (!hasPorts(flow.protocol)) {
            return "";
        }
        int port = tracked.origin() == Direction.INBOUND ? flow.remotePort : flow.localPort;
        return flow.fragment ? "fragment" : Integer.toString(port);
    }

    private static Duration age(DropView drop, Tick now) {
        Duration age = Duration.between(drop.at(), now.wall());
        return age.isNegative() ? Duration.ZERO : age;
    }

    private static Duration age(TrackedFlow flow, Tick now) {
        return Duration.ofNanos(Math.max(0, now.nanos() - flow.seenNanos()));
    }
}
