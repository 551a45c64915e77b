package dev.asterism.overlay.firewall;

import dev.asterism.overlay.packet.FlowKey;
import dev.asterism.overlay.packet.IpPacket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one direction by protocol; a protocol's table holds its own rules and those for any (spec behaviour.md
 * 4.4). Immutable; matching allocates nothing.
 */
final class DirectionTable {

    private final Direction direction;
    private final PortTable tcp;
    private final PortTable udp;
    private final PortTable icmp;
    private final PortTable others;

    DirectionTable(Direction direction, List<CompiledRule> rules) {
        this.direction = direction;
        tcp = tableFor(rules, IpPacket.PROTOCOL_TCP);
        udp = tableFor(rules, IpPacket.PROTOCOL_UDP);
        icmp = tableFor(rules, IpPacket.PROTOCOL_ICMP);
        others = tableFor(rules, CompiledRule.PROTOCOL_ANY);
    }

    private static PortTable tableFor(List<CompiledRule> rules, int protocol) {
        return new PortTable(
                rules.stream()
                        .filter(
                                r ->
                                        r.protocol == CompiledRule.PROTOCOL_ANY
                                                || r.protocol == protocol)
                        .toList());
    }

    boolean admits(FlowKey flow, PeerIdentity peer) {
        PortTable table = tableOf(flow.protocol);
        return table.matchAnyPort(flow, peer) != null
                || !isIcmp(flow.protocol) && table.matchPort(portOf(flow), flow, peer) != null;
    }

    /** The first rule in the order of the configuration that admits the flow, or null. */
    @Nullable CompiledRule firstMatch(FlowKey flow, PeerIdentity peer) {
        PortTable table = tableOf(flow.protocol);
        CompiledRule any = table.matchAnyPort(flow, peer);
        CompiledRule byPort =
                isIcmp(flow.protocol) ? null : table.matchPort(portOf(flow), flow, peer);
        if (any == null || byPort == null) {
            return any == null ? byPort : any;
        }
        return any.number < byPort.number ? any : byPort;
    }

    private PortTable tableOf(int protocol) {
        return switch (protocol) {
            case IpPacket.PROTOCOL_TCP -> tcp;
            case IpPacket.PROTOCOL_UDP -> udp;
            case IpPacket.PROTOCOL_ICMP, IpPacket.PROTOCOL_ICMPV6 -> icmp;
            default -> others;
        };
    }

    private int portOf(FlowKey flow) {
        return direction == Direction.INBOUND ? flow.localPort : flow.remotePort;
    }

    private static boolean isIcmp(int protocol) {
        return protocol == IpPacket.PROTOCOL_ICMP || protocol == IpPacket.PROTOCOL_ICMPV6;
    }
}
