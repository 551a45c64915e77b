package dev.asterism.overlay.firewall;

import dev.asterism.overlay.config.OverlayConfig.RuleText;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.packet.FlowKey;
import org.jspecify.annotations.Nullable;

/**
 * One rule, ready to be asked. Protocol and port are the business of {@link DirectionTable}. Immutable; asking
 * allocates nothing.
 */
final class CompiledRule {

    /** Protocol number 0 in rules and in the rule hash: any. */
    static final int PROTOCOL_ANY = 0;

    final Direction direction;
    final int number;
    final RuleText text;
    final int protocol;
    final PortRange ports;
    private final boolean anyCa;
    private final boolean anyPeer;
    private final String[] groups;
    private final @Nullable Cidr cidr;
    private final @Nullable NetworkSet localNetworks;

    /**
     * @param cidr null when the rule has none or any
     * @param localNetworks null when the rule is for every local address
     */
    CompiledRule(
            RuleLocation location,
            int protocol,
            PortRange ports,
            @Nullable Cidr cidr,
            @Nullable NetworkSet localNetworks) {
        direction = location.direction();
        number = location.number();
        text = location.text();
        this.protocol = protocol;
        this.ports = ports;
        anyCa = text.caName().isEmpty() && text.caSha().isEmpty();
        anyPeer = namesEveryPeer(text);
        groups = text.groups().toArray(String[]::new);
        this.cidr = cidr;
        this.localNetworks = localNetworks;
    }

    private static boolean namesEveryPeer(RuleText text) {
        boolean unnamed = text.groups().isEmpty() && text.host().isEmpty() && text.cidr().isEmpty();
        return unnamed
                || text.groups().contains("any")
                || text.host().equals("any")
                || text.cidr().equals("any");
    }

    static String tableName(Direction direction) {
        return switch (direction) {
            case INBOUND -> "firewall.inbound";
            case OUTBOUND -> "firewall.outbound";
        };
    }

    boolean admits(FlowKey flow, PeerIdentity peer) {
        return admitsCa(peer)
                && (anyPeer || admitsPeer(flow, peer))
                && (localNetworks == null || localNetworks.contains(flow.localHi, flow.localLo));
    }

    private boolean admitsCa(PeerIdentity peer) {
        return anyCa
                || !text.caSha().isEmpty() && text.caSha().equals(peer.issuer())
                || !text.caName().isEmpty() && text.caName().equals(peer.caName());
    }

    private boolean admitsPeer(FlowKey flow, PeerIdentity peer) {
        return groups.length > 0 && inAllGroups(peer)
                || !text.host().isEmpty() && text.host().equals(peer.name())
                || cidr != null && cidr.contains(flow.remoteHi, flow.remoteLo);
    }

    private boolean inAllGroups(PeerIdentity peer) {
        for (String group : groups) {
            if (!peer.inGroup(group)) {
                return false;
            }
        }
        return true;
    }

    /** The line that the rule adds to the text under the rule hash (spec behaviour.md 4.5). */
    String hashLine() {
        return "incoming: %s, proto: %d, startPort: %d, endPort: %d, groups: [%s], host: %s, ip: %s, localIp: %s, caName: %s, caSha: %s\n"
                .formatted(
                        direction == Direction.INBOUND,
                        protocol,
                        ports.first(),
                        ports.last(),
                        String.join(" ", text.groups()),
                        text.host(),
                        text.cidr(),
                        text.localCidr(),
                        text.caName(),
                        text.caSha());
    }

    /**
     * Which of the configured rules this is.
     *
     * @param number from 0
     */
    record RuleLocation(Direction direction, int number, RuleText text) {}
}
