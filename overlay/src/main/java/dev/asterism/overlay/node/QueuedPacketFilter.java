package dev.asterism.overlay.node;

import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.firewall.Verdict;
import dev.asterism.overlay.handshake.QueuedMessage;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.ControlCommand;
import dev.asterism.overlay.lane.LaneShared;
import dev.asterism.overlay.packet.FlowKey;
import dev.asterism.overlay.packet.IpPacket;
import dev.asterism.overlay.packet.PacketFault;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.wire.MessageType;

/**
 * The firewall for packets that waited for a handshake: only when the tunnel is there is it known
 * whose they are. Control plane only.
 */
final class QueuedPacketFilter {

    private final LaneShared parts;
    private final DropLog drops;

    QueuedPacketFilter(LaneShared parts, DropLog drops) {
        this.parts = parts;
        this.drops = drops;
    }

    /**
     * Counts and reports what does not pass.
     *
     * @param flow is filled
     */
    boolean passes(Tunnel tunnel, Bytes packet, FlowKey flow, Tick now) {
        if (IpPacket.parseOutgoing(packet.asSegment(), 0, packet.length(), flow)
                != PacketFault.NONE) {
            parts.counters().countOut(PacketOutcome.MALFORMED);
            return false;
        }
        var rules = parts.snapshots().get().rules();
        Verdict verdict =
                parts.firewall()
                        .check(rules, Direction.OUTBOUND, flow, tunnel.firewallPeer(), now.nanos());
        if (!verdict.passed()) {
            parts.counters().countOut(verdict.outcome());
            drops.report(
                    new ControlCommand.PacketDropped(
                            Direction.OUTBOUND, flow.copy(), verdict, tunnel.peerName()),
                    rules,
                    now.wall());
        }
        return verdict.passed();
    }

    /** The handshake that it waited for was given up, or had no room for it. */
    void neverSent(QueuedMessage item) {
        if (item.type() == MessageType.MESSAGE) {
            parts.counters().countOut(PacketOutcome.NO_TUNNEL);
        }
    }
}
