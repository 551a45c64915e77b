package dev.asterism.overlay.lane;

import dev.asterism.overlay.firewall.FilterPorts;
import dev.asterism.overlay.firewall.Firewall;
import dev.asterism.overlay.packet.FlowKey;
import dev.asterism.overlay.packet.IcmpQuote;
import dev.asterism.overlay.packet.IpPacket;
import dev.asterism.overlay.packet.PacketFault;
import dev.asterism.overlay.packet.PortRewrite;
import java.lang.foreign.MemorySegment;

/**
 * Leads packets of redirected flows to the L7 filter's sockets and back (docs/adr/0022-interception-in-the-tunnel.md):
 * the peer's packets get the filter's port, the filter's packets the port that the peer asked for, and what ICMP errors
 * quote is translated for whoever sent it. Lanes ask only while {@link FilterPorts#isInUse}. Belongs to one lane;
 * allocates nothing.
 */
final class FilterPath {

    private final Firewall firewall;
    private final FlowKey quoted = new FlowKey();

    FilterPath(Firewall firewall) {
        this.firewall = firewall;
    }

    /**
     * A peer's packet that the firewall has passed. False when it cannot be led there: a piece of a TCP header.
     *
     * @param flow as the firewall left it
     * @param partial whether its checksum is unfinished
     */
    boolean toHost(MemorySegment slab, long at, int length, FlowKey flow, boolean partial) {
        if (flow.filterPort != 0) {
            return PortRewrite.destination(slab, at, length, flow.filterPort, partial);
        }
        if (isIcmp(flow) && !partial) {
            quotedOfHost(slab, at, length);
        }
        return true;
    }

    /** The quoted packet left here with the peer's port; the host's stack knows the filter's. */
    private void quotedOfHost(MemorySegment slab, long at, int length) {
        int quote = IcmpQuote.offset(slab, at, length);
        if (quote < 0
                || IpPacket.parseOutgoing(slab, at + quote, length - quote, quoted)
                        != PacketFault.NONE
                || quoted.protocol != IpPacket.PROTOCOL_TCP) {
            return;
        }
        int filterPort = firewall.filterPortOf(quoted);
        if (filterPort != 0) {
            IcmpQuote.source(slab, at, length, quote, filterPort);
        }
    }

    /**
     * A packet of this host that the firewall has passed. False when it cannot be led back.
     *
     * @param flow as {@link FilterPorts#restore} left it
     * @param partial whether its checksum is unfinished, as that of a super-packet always is
     */
    boolean toPeer(
            NodeSnapshot snapshot,
            MemorySegment slab,
            long at,
            int length,
            FlowKey flow,
            boolean partial) {
        if (flow.filterPort != 0) {
            return PortRewrite.source(slab, at, length, flow.localPort, partial);
        }
        if (isIcmp(flow) && !partial) {
            quotedOfPeer(snapshot, slab, at, length);
        }
        return true;
    }

    /** The quoted packet reached the host with the filter's port; the peer knows the one it asked for. */
    private void quotedOfPeer(NodeSnapshot snapshot, MemorySegment slab, long at, int length) {
        int quote = IcmpQuote.offset(slab, at, length);
        if (quote < 0
                || IpPacket.parseIncoming(slab, at + quote, length - quote, quoted)
                        != PacketFault.NONE) {
            return;
        }
        snapshot.filterPorts().restore(quoted, snapshot.own(), firewall);
        if (quoted.filterPort != 0) {
            IcmpQuote.destination(slab, at, length, quote, quoted.localPort);
        }
    }

    private static boolean isIcmp(FlowKey flow) {
        return flow.protocol == IpPacket.PROTOCOL_ICMP || flow.protocol == IpPacket.PROTOCOL_ICMPV6;
    }
}
