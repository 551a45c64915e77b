package dev.asterism.overlay.lane;

import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.IssuerSet;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.cert.SignedBlocklists;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.firewall.FilterPorts;
import dev.asterism.overlay.firewall.LocalNetworks;
import dev.asterism.overlay.firewall.RuleSet;
import dev.asterism.overlay.path.PathPins;
import dev.asterism.overlay.path.RemoteFilter;
import dev.asterism.overlay.route.RouteTable;
import java.util.List;

/**
 * Everything that configuration can change, replaced whole. Immutable; lanes read one per batch and
 * judge all its packets by that one.
 *
 * @param lanes compiled from {@code config}
 * @param issuers compiled from {@code cas}
 * @param filterPorts where the L7 filter listens, which it says when it does
 * @param pins compiled from {@code config}
 */
public record NodeSnapshot(
        OverlayConfig config,
        LanePolicy lanes,
        LocalIdentity identity,
        CaPool cas,
        IssuerSet issuers,
        RemoteFilter remotePolicy,
        RouteTable routes,
        RuleSet rules,
        FilterPorts filterPorts,
        PathPins pins) {

    /**
     * @param rules compiled for the networks of {@code identity}
     */
    public static NodeSnapshot of(
            OverlayConfig config,
            LocalIdentity identity,
            CaPool cas,
            RemoteFilter remotePolicy,
            RouteTable routes,
            RuleSet rules) {
        return new NodeSnapshot(
                config,
                LanePolicy.of(config),
                identity,
                cas,
                cas.issuers(),
                remotePolicy,
                routes,
                rules,
                FilterPorts.NONE,
                PathPins.of(config.asterism().paths()));
    }

    /** The same with other ports of the L7 filter, which come into force after those of now. */
    public NodeSnapshot withFilterPorts(FilterPorts next) {
        return with(next.after(filterPorts));
    }

    private NodeSnapshot with(FilterPorts ports) {
        return new NodeSnapshot(
                config, lanes, identity, cas, issuers, remotePolicy, routes, rules, ports, pins);
    }

    /** What is ours, as our certificate says it. */
    public LocalNetworks own() {
        return rules.own();
    }

    /** The same with another configuration, whose other parts are compiled already. */
    public NodeSnapshot withConfig(OverlayConfig other) {
        return of(other, identity, cas, remotePolicy, routes, rules).with(filterPorts);
    }

    /**
     * The same with another block list.
     *
     * @param entries as the configuration holds them
     */
    public NodeSnapshot withBlocklist(List<String> entries, Blocklist blocklist) {
        return of(
                        config.withBlocklist(entries),
                        identity,
                        cas.withBlocklist(blocklist),
                        remotePolicy,
                        routes,
                        rules)
                .with(filterPorts);
    }

    /** The same with other block lists of its CAs. */
    public NodeSnapshot withSigned(SignedBlocklists lists) {
        return of(config, identity, cas.withSigned(lists), remotePolicy, routes, rules)
                .with(filterPorts);
    }

    /**
     * The same, to come into force after that one: its rules have the version that tracked flows go by, the
     * L7 filter keeps its ports until it has others, and what CAs have revoked stays revoked.
     *
     * @throws IllegalArgumentException when the node's networks are others: these are fixed at start
     */
    public NodeSnapshot after(NodeSnapshot running) {
        if (!own().networks().equals(running.own().networks())) {
            throw new IllegalArgumentException(
                    "the node's networks are fixed at start: "
                            + running.own().networks()
                            + ", not "
                            + own().networks());
        }
        CaPool judging = cas.withSigned(running.cas.signed());
        return new NodeSnapshot(
                config,
                lanes,
                identity,
                judging,
                judging.issuers(),
                remotePolicy,
                routes,
                rules.after(running.rules),
                running.filterPorts,
                pins);
    }
}
