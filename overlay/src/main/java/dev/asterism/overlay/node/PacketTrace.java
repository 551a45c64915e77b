package dev.asterism.overlay.node;

import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.firewall.PeerIdentity;
import dev.asterism.overlay.firewall.RuleMatch;
import dev.asterism.overlay.firewall.RuleMisses;
import dev.asterism.overlay.firewall.RuleSet;
import dev.asterism.overlay.firewall.Verdict;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.packet.FlowKey;
import dev.asterism.overlay.route.Gateways;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.view.HandshakeView;
import dev.asterism.overlay.view.WhyView;
import dev.asterism.overlay.view.WhyView.PacketQuestion;
import dev.asterism.overlay.view.WhyView.RulePlace;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows a packet that nobody has sent through the steps of the lanes: route, tunnel, addresses,
 * rules. Asks the same routes, tables and rules as they do, and changes and counts nothing. Tracked
 * flows are left out: the answer is for the first packet of a flow. Control plane only.
 */
final class PacketTrace {

    private static final int MAX_MISSES = 5;

    private final Node node;
    private final NodeInspector inspector;
    private final PacketQuestion question;
    private final FlowKey flow = new FlowKey();
    private final NodeSnapshot snapshot;
    private String route = "";

    PacketTrace(Node node, NodeInspector inspector, PacketQuestion question) {
        this.node = node;
        this.inspector = inspector;
        this.question = question;
        snapshot = node.snapshot();
    }

    WhyView trace(Tick now) {
        Ip source = question.source();
        Ip destination = question.destination();
        boolean outbound = isLocal(source);
        boolean inbound = isLocal(destination);
        if (outbound && inbound) {
            return dropped(
                    false, null, "both addresses are this node's: the packet never leaves it", now);
        }
        if (!outbound && !inbound) {
            return dropped(
                    false,
                    null,
                    "neither address is this node's: ask on the node that sends or receives it",
                    now);
        }
        fill(outbound ? source : destination, outbound ? destination : source, outbound);
        if (inbound) {
            return inbound(now);
        }
        Ip peer = peerAddress(flow.remote());
        if (peer == null) {
            return dropped(false, null, "no route to " + flow.remote(), now);
        }
        Tunnel tunnel = node.tunnels().byOverlay(peer);
        return tunnel == null
                ? withoutTunnel(false, peer, now)
                : judged(Direction.OUTBOUND, peer, tunnel, now);
    }

    /**
     * A lane does not ask for a route back: the packet comes through the tunnel of whoever may send
     * from that address.
     */
    private WhyView inbound(Tick now) {
        Ip remote = flow.remote();
        Tunnel tunnel = node.tunnels().byOverlay(remote);
        if (tunnel != null || snapshot.own().inNetworks(remote.hi(), remote.lo())) {
            route = "overlay network of this node's certificate";
        } else {
            route = "network behind a peer, by its certificate";
            tunnel =
                    node.tunnels().all().stream()
                            .filter(each -> mayComeThrough(each))
                            .findFirst()
                            .orElse(null);
        }
        return tunnel == null
                ? withoutTunnel(true, remote, now)
                : judged(Direction.INBOUND, tunnel.primaryAddress(), tunnel, now);
    }

    private boolean mayComeThrough(Tunnel tunnel) {
        return snapshot.rules().judge(Direction.INBOUND, flow, tunnel.firewallPeer())
                != Verdict.DROP_REMOTE_ADDRESS;
    }

    private WhyView withoutTunnel(boolean inbound, Ip peer, Tick now) {
        String refused = node.control().handshakes().refused().reason(peer, now);
        return dropped(
                inbound,
                peer,
                refused != null
                        ? "no tunnel to " + peer + ": " + refused
                        : "no tunnel to " + peer + " yet, so its certificate is not known",
                now);
    }

    private boolean isLocal(Ip address) {
        return snapshot.own().handles(address.hi(), address.lo());
    }

    private void fill(Ip local, Ip remote, boolean outbound) {
        flow.localHi = local.hi();
        flow.localLo = local.lo();
        flow.remoteHi = remote.hi();
        flow.remoteLo = remote.lo();
        flow.protocol = question.protocol();
        flow.localPort = outbound ? 0 : question.port();
        flow.remotePort = outbound ? question.port() : 0;
    }

    private @Nullable Ip peerAddress(Ip remote) {
        if (snapshot.own().inNetworks(remote.hi(), remote.lo())) {
            route = "overlay network of this node's certificate";
            return remote;
        }
        Gateways gateways = snapshot.routes().lookup(remote.hi(), remote.lo());
        if (gateways == null) {
            return null;
        }
        Ip gateway = gateways.gateway(gateways.select(flow));
        route = "tun.unsafe_routes via " + gateway;
        return gateway;
    }

    private WhyView judged(Direction direction, Ip peer, Tunnel tunnel, Tick now) {
        RuleSet rules = snapshot.rules();
        PeerIdentity identity = tunnel.firewallPeer();
        Verdict verdict = rules.judge(direction, flow, identity);
        RuleMatch match = verdict.passed() ? rules.firstMatch(direction, flow, identity) : null;
        List<WhyView.RuleMiss> misses =
                verdict == Verdict.DROP_NO_RULE
                        ? rules.misses(direction, flow, identity).stream()
                                .limit(MAX_MISSES)
                                .map(PacketTrace::miss)
                                .toList()
                        : List.of();
        return new WhyView(
                question,
                direction == Direction.INBOUND,
                route,
                peer,
                inspector.peer(peer, now),
                null,
                verdict.passed(),
                verdict.reason(),
                match == null ? null : place(match),
                misses);
    }

    private static WhyView.RuleMiss miss(RuleMisses.Miss miss) {
        return new WhyView.RuleMiss(place(miss.rule()), miss.failed());
    }

    private static RulePlace place(RuleMatch rule) {
        return new RulePlace(rule.label(), rule.position().file(), rule.position().line());
    }

    private WhyView dropped(boolean inbound, @Nullable Ip peer, String reason, Tick now) {
        HandshakeView pending =
                inspector.handshakes(now).stream()
                        .filter(handshake -> handshake.target().equals(peer))
                        .findFirst()
                        .orElse(null);
        return new WhyView(
                question, inbound, route, peer, null, pending, false, reason, null, List.of());
    }
}
