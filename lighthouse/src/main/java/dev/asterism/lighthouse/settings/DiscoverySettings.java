package dev.asterism.lighthouse.settings;

import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.HostAddr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.CandidateFilter;
import dev.asterism.overlay.path.RemoteAllowList;
import dev.asterism.overlay.path.RemoteFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One consistent set of what discovery needs.
 *
 * @param ourNetworks of our certificate, host bits kept, primary first; never empty
 * @param listenPort the real one, advertised with our addresses
 * @param advertisedRelays empty on a relay
 * @param queryBuffer most queries that wait to be asked
 * @param lists compiled from {@code lighthouse}
 */
public record DiscoverySettings(
        List<Cidr> ourNetworks,
        boolean socketIsIpv4,
        int listenPort,
        OverlayConfig.Lighthouse lighthouse,
        Map<Ip, List<HostAddr>> staticHosts,
        OverlayConfig.StaticMap staticMap,
        OverlayConfig.Punchy punchy,
        List<Ip> advertisedRelays,
        int queryBuffer,
        CompiledLists lists) {

    /** What the lists of the configuration compile to; compared by identity, so never compared. */
    public record CompiledLists(
            RemoteFilter remote, LocalAllowList local, CalculatedRemotes calculated) {

        static CompiledLists of(OverlayConfig.Lighthouse section) {
            return new CompiledLists(
                    new RemoteAllowList(section.remoteAllowList(), section.remoteAllowRanges()),
                    new LocalAllowList(section.localAllowList(), section.localAllowInterfaces()),
                    new CalculatedRemotes(section.calculatedRemotes()));
        }
    }

    public DiscoverySettings {
        if (ourNetworks.isEmpty()) {
            throw new IllegalArgumentException("a node has at least one overlay network");
        }
        ourNetworks = List.copyOf(ourNetworks);
        advertisedRelays = List.copyOf(advertisedRelays);
    }

    public static DiscoverySettings of(
            OverlayConfig config,
            List<Cidr> ourNetworks,
            boolean socketIsIpv4,
            int actualListenPort) {
        return new DiscoverySettings(
                ourNetworks,
                socketIsIpv4,
                actualListenPort,
                config.lighthouse(),
                config.staticHostMap(),
                config.staticMap(),
                config.punchy(),
                config.relay().amRelay() ? List.of() : config.relay().relays(),
                config.handshakes().queryBuffer(),
                CompiledLists.of(config.lighthouse()));
    }

    /** The same node with another configuration. */
    public DiscoverySettings withConfig(OverlayConfig config) {
        return of(config, ourNetworks, socketIsIpv4, listenPort);
    }

    /** What is wrong between the sections; empty when a node may start with it. */
    public static List<String> errors(OverlayConfig config) {
        List<String> errors = new ArrayList<>();
        for (Ip host : config.lighthouse().hosts()) {
            if (!config.staticHostMap().containsKey(host)) {
                errors.add("lighthouse " + host + " does not have a static_host_map entry");
            }
        }
        return errors;
    }

    public Ip me() {
        return ourNetworks.getFirst().address();
    }

    public boolean isOurs(Ip overlay) {
        return ourNetworks.stream().anyMatch(network -> network.address().equals(overlay));
    }

    /** Whether we have an IPv6 address in the overlay, and so a certificate of version 2. */
    public boolean hasIpv6() {
        return ourNetworks.stream().anyMatch(network -> !network.isIpv4());
    }

    public boolean isInOurNetworks(Ip ip) {
        return ourNetworks.stream().anyMatch(network -> network.contains(ip));
    }

    public boolean amLighthouse() {
        return lighthouse.amLighthouse();
    }

    /** Reports and queries go out: there are lighthouses, and this node is none. */
    public boolean usesLighthouses() {
        return !amLighthouse() && !lighthouse.hosts().isEmpty();
    }

    public boolean isLighthouse(Ip overlay) {
        return lighthouse.hosts().contains(overlay);
    }

    /** True when any of the addresses is listed as a lighthouse. */
    public boolean isLighthouse(List<Ip> addresses) {
        return addresses.stream().anyMatch(this::isLighthouse);
    }

    public CandidateFilter rules() {
        return new CandidateFilter(lists.remote(), ourNetworks, socketIsIpv4);
    }

    /** The role is chosen at start; a reload cannot change it. */
    public DiscoverySettings inRoleOf(DiscoverySettings running) {
        OverlayConfig.Lighthouse l = lighthouse;
        OverlayConfig.Lighthouse kept =
                new OverlayConfig.Lighthouse(
                        running.amLighthouse(),
                        l.interval(),
                        l.hosts(),
                        l.remoteAllowList(),
                        l.remoteAllowRanges(),
                        l.localAllowList(),
                        l.localAllowInterfaces(),
                        l.advertiseAddrs(),
                        l.calculatedRemotes());
        return new DiscoverySettings(
                ourNetworks,
                socketIsIpv4,
                listenPort,
                kept,
                staticHosts,
                staticMap,
                punchy,
                advertisedRelays,
                queryBuffer,
                lists);
    }
}
