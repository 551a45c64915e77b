package dev.asterism.overlay.config;

import dev.asterism.overlay.config.OverlayConfig.Route;
import dev.asterism.overlay.config.OverlayConfig.UnsafeRoute;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.HostAddr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.List;
import java.util.stream.Collectors;

/** What can only be checked once the networks of the node's certificate are known (behaviour.md 3, 5.2). */
public final class NetworkChecks {

    private final List<Cidr> networks;
    private final SourceMap origins;
    private final Diagnostics problems = new Diagnostics();

    private NetworkChecks(List<Cidr> networks, SourceMap origins) {
        this.networks = List.copyOf(networks);
        this.origins = origins;
    }

    /**
     * @param errors reasons not to start
     * @param notices things that will not work as the user may hope
     */
    public record Findings(List<Diagnostic> errors, List<Diagnostic> notices) {}

    /**
     * @param networks of the certificate in use, addresses with prefix lengths
     */
    public static Findings check(OverlayConfig config, List<Cidr> networks, SourceMap origins) {
        NetworkChecks checks = new NetworkChecks(networks, origins);
        checks.checkRoutes(config.tun().routes());
        checks.checkUnsafeRoutes(config.tun().unsafeRoutes());
        checks.checkHosts(config);
        checks.checkAdvertised(config.lighthouse().advertiseAddrs());
        return new Findings(checks.problems.errors(), checks.problems.notices());
    }

    private void checkRoutes(List<Route> routes) {
        for (int i = 0; i < routes.size(); i++) {
            Cidr route = routes.get(i).route();
            if (networks.stream().noneMatch(network -> network.covers(route))) {
                error(
                        "tun.routes",
                        "entry %d.route in tun.routes is not contained within the configured vpn networks; route: %s, networks: %s"
                                .formatted(i + 1, route, joinedNetworks()));
            }
        }
    }

    private void checkUnsafeRoutes(List<UnsafeRoute> routes) {
        for (int i = 0; i < routes.size(); i++) {
            Cidr route = routes.get(i).route();
            for (Cidr network : networks) {
                if (network.contains(route.address())) {
                    error(
                            "tun.unsafe_routes",
                            "entry %d.route in tun.unsafe_routes is contained within the configured vpn networks; route: %s, network: %s"
                                    .formatted(i + 1, route, network));
                }
            }
        }
    }

    private void checkHosts(OverlayConfig config) {
        for (Ip host : config.staticHostMap().keySet()) {
            if (isOutside(host)) {
                notice(
                        "static_host_map",
                        "static_host_map key %s is not within our networks, layer 3 network traffic to this host will not work"
                                .formatted(host));
            }
        }
        for (Ip host : config.lighthouse().hosts()) {
            if (isOutside(host)) {
                notice(
                        "lighthouse.hosts",
                        "lighthouse host %s is not within our networks, lighthouse functionality will work but layer 3 network traffic to the lighthouse will not"
                                .formatted(host));
            }
        }
    }

    private void checkAdvertised(List<HostAddr> addresses) {
        for (HostAddr address : addresses) {
            if (address instanceof HostAddr.Literal(UnderlayAddr addr) && !isOutside(addr.ip())) {
                notice(
                        "lighthouse.advertise_addrs",
                        "ignoring %s: it is within the overlay networks".formatted(addr.ip()));
            }
        }
    }

    private String joinedNetworks() {
        return networks.stream().map(Cidr::toString).collect(Collectors.joining(" ", "[", "]"));
    }

    private boolean isOutside(Ip host) {
        return networks.stream().noneMatch(network -> network.contains(host));
    }

    private void error(String path, String message) {
        problems.error(position(path), path, message);
    }

    private void notice(String path, String message) {
        problems.notice(position(path), path, message);
    }

    private SourcePosition position(String path) {
        return origins.of(path).orElse(origins.start());
    }
}
