package dev.asterism.overlay.firewall;

import dev.asterism.overlay.packet.FlowKey;
import dev.asterism.overlay.packet.IpPacket;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which parts of a rule do not fit a flow, by the same questions that {@link CompiledRule#admits}
 * and its tables ask. For people.
 */
public final class RuleMisses {

    /**
     * A rule that does not admit the flow.
     *
     * @param failed in words, at least one
     */
    public record Miss(RuleMatch rule, List<String> failed) {}

    private RuleMisses() {}

    /** Rules of that direction that do not admit the flow, those with fewest failed parts first. */
    static List<Miss> of(List<CompiledRule> rules, FlowKey flow, PeerIdentity peer) {
        List<Miss> misses = new ArrayList<>();
        for (CompiledRule rule : rules) {
            List<String> failed = failed(rule, flow, peer);
            if (!failed.isEmpty()) {
                misses.add(new Miss(new RuleMatch(rule.direction, rule.number, rule.rule), failed));
            }
        }
        misses.sort(Comparator.comparingInt(miss -> miss.failed.size()));
        return List.copyOf(misses);
    }

    private static List<String> failed(CompiledRule rule, FlowKey flow, PeerIdentity peer) {
        List<String> failed = new ArrayList<>();
        if (!protocolFits(rule, flow.protocol)) {
            failed.add(
                    "proto "
                            + rule.rule.protocol()
                            + " is not "
                            + IpPacket.protocolName(flow.protocol));
        }
        if (!portFits(rule, flow)) {
            int port = rule.direction == Direction.INBOUND ? flow.localPort : flow.remotePort;
            failed.add(
                    "port "
                            + rule.rule.ports()
                            + " does not include "
                            + (flow.fragment ? "a fragment" : port));
        }
        if (!rule.admitsCa(peer)) {
            failed.add(
                    "the peer's CA is "
                            + peer.caName()
                            + ", not "
                            + (rule.rule.caName().isEmpty()
                                    ? rule.rule.caSha()
                                    : rule.rule.caName()));
        }
        if (!rule.admitsAnyPeer() && !rule.admitsPeer(flow, peer)) {
            failed.add(peerPart(rule, flow, peer));
        }
        if (!rule.admitsLocal(flow)) {
            failed.add(
                    !rule.rule.localCidr().isGiven()
                            ? "local address " + flow.local() + " is not one of this host"
                            : "local_cidr "
                                    + rule.rule.localCidr().text()
                                    + " does not contain "
                                    + flow.local());
        }
        return failed;
    }

    private static String peerPart(CompiledRule rule, FlowKey flow, PeerIdentity peer) {
        List<String> wanted = new ArrayList<>();
        if (!rule.rule.host().isEmpty()) {
            wanted.add("host is " + peer.name() + ", not " + rule.rule.host());
        }
        if (!rule.rule.groups().isEmpty()) {
            List<String> missing =
                    rule.rule.groups().stream().filter(group -> !peer.inGroup(group)).toList();
            wanted.add("not in group " + String.join(", ", missing));
        }
        if (rule.rule.cidr().isGiven()) {
            wanted.add("cidr " + rule.rule.cidr().text() + " does not contain " + flow.remote());
        }
        return String.join("; ", wanted);
    }

    private static boolean protocolFits(CompiledRule rule, int protocol) {
        int asked = protocol == IpPacket.PROTOCOL_ICMPV6 ? IpPacket.PROTOCOL_ICMP : protocol;
        return rule.protocol == CompiledRule.PROTOCOL_ANY || rule.protocol == asked;
    }

    private static boolean portFits(CompiledRule rule, FlowKey flow) {
        if (rule.ports.isAny()) {
            return true;
        }
        if (flow.protocol == IpPacket.PROTOCOL_ICMP || flow.protocol == IpPacket.PROTOCOL_ICMPV6) {
            return false;
        }
        if (flow.fragment || rule.ports.isFragment()) {
            return flow.fragment && rule.ports.isFragment();
        }
        int port = rule.direction == Direction.INBOUND ? flow.localPort : flow.remotePort;
        return rule.ports.first() <= port && port <= rule.ports.last();
    }
}
