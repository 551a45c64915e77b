package dev.asterism.overlay.firewall;

import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.config.FirewallRule;
import dev.asterism.overlay.config.PortRange;
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
    final FirewallRule rule;
    final int protocol;
    final PortRange ports;
    private final boolean anyCa;
    private final @Nullable Fingerprint caSha;
    private final boolean anyPeer;
    private final String[] groups;
    private final @Nullable Cidr cidr;
    private final @Nullable NetworkSet localNetworks;

    /**
     * @param localNetworks null when the rule is for every local address
     */
    CompiledRule(RuleLocation location, int protocol, @Nullable NetworkSet localNetworks) {
        direction = location.direction();
        number = location.number();
        rule = location.rule();
        this.protocol = protocol;
        ports = rule.ports();
        anyCa = rule.caName().isEmpty() && rule.caSha().isEmpty();
        // A text that is no fingerprint is that of no CA: such a rule admits by its ca_name only.
        caSha = Fingerprint.parse(rule.caSha());
        anyPeer = namesEveryPeer(rule);
        groups = rule.groups().toArray(String[]::new);
        cidr = rule.cidr().cidr();
        this.localNetworks = localNetworks;
    }

    private static boolean namesEveryPeer(FirewallRule rule) {
        boolean unnamed =
                rule.groups().isEmpty() && rule.host().isEmpty() && !rule.cidr().isGiven();
        return unnamed
                || rule.groups().contains(FirewallRule.ANY)
                || rule.host().equals(FirewallRule.ANY)
                || rule.cidr().isAny();
    }

    static String tableName(Direction direction) {
        return switch (direction) {
            case INBOUND -> "firewall.inbound";
            case OUTBOUND -> "firewall.outbound";
        };
    }

    boolean admits(FlowKey flow, PeerIdentity peer) {
        return admitsCa(peer) && (anyPeer || admitsPeer(flow, peer)) && admitsLocal(flow);
    }

    boolean admitsAnyPeer() {
        return anyPeer;
    }

    boolean admitsLocal(FlowKey flow) {
        return localNetworks == null || localNetworks.contains(flow.localHi, flow.localLo);
    }

    boolean admitsCa(PeerIdentity peer) {
        return anyCa
                || caSha != null && caSha.equals(peer.issuer())
                || !rule.caName().isEmpty() && rule.caName().equals(peer.caName());
    }

    boolean admitsPeer(FlowKey flow, PeerIdentity peer) {
        return groups.length > 0 && inAllGroups(peer)
                || !rule.host().isEmpty() && rule.host().equals(peer.name())
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
                        String.join(" ", rule.groups()),
                        rule.host(),
                        rule.cidr(),
                        rule.localCidr(),
                        rule.caName(),
                        rule.caSha());
    }

    /**
     * Which of the configured rules this is.
     *
     * @param number from 0
     */
    record RuleLocation(Direction direction, int number, FirewallRule rule) {}
}
