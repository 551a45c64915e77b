package dev.asterism.overlay.node;

import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.firewall.RuleSet;
import dev.asterism.overlay.firewall.Verdict;
import dev.asterism.overlay.lane.ControlCommand;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.packet.FlowKey;

/**
 * A packet that the firewall dropped, sampled.
 *
 * @param localPort the number, or {@code fragment} for a later fragment, which has none: as rules write it
 * @param remotePort as the local one; for ICMP the identifier
 * @param rules how many rules of that direction were asked, and where they stand
 */
public record PacketDropEvent(
        Direction direction,
        String certName,
        Ip localAddr,
        String localPort,
        Ip remoteAddr,
        String remotePort,
        int protocol,
        Verdict verdict,
        String rules)
        implements MeshEvent {

    static PacketDropEvent of(ControlCommand.PacketDropped dropped, RuleSet rules) {
        FlowKey flow = dropped.flow();
        return new PacketDropEvent(
                dropped.direction(),
                dropped.peer(),
                flow.local(),
                port(flow, flow.localPort),
                flow.remote(),
                port(flow, flow.remotePort),
                flow.protocol,
                dropped.verdict(),
                RuleTrace.describe(rules, dropped));
    }

    private static String port(FlowKey flow, int number) {
        return flow.fragment ? "fragment" : Integer.toString(number);
    }

    @Override
    public Level level() {
        return Level.INFO;
    }

    @Override
    public String message() {
        return "Packet dropped by the firewall: " + verdict.reason();
    }
}
