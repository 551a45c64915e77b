package dev.asterism.overlay.config;

import dev.asterism.overlay.config.OverlayConfig.Route;
import dev.asterism.overlay.config.OverlayConfig.UnsafeRoute;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.HostAddr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What can only be checked once the networks of the node's certificate are known (behaviour.md 3, 5.2). */
public final class NetworkChecks {

    /** RFC 8200 5. */
    private static final int MIN_IPV6_MTU = 1280;

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
        checks.checkIpv6Mtu(config.tun());
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

    /** Linux takes no IPv6 address on a device with a smaller MTU, and such a route breaks what counts on it. */
    private void checkIpv6Mtu(OverlayConfig.Tun tun) {
        boolean ipv6 = networks.stream().anyMatch(network -> !network.isIpv4());
        if (!ipv6 || tun.disabled()) {
            return;
        }
        IntStream routes =
                IntStream.concat(
                        tun.routes().stream().mapToInt(Route::mtu),
                        tun.unsafeRoutes().stream()
                                .filter(UnsafeRoute::install)
                                .mapToInt(UnsafeRoute::mtu));
        if (routes.reduce(tun.mtu(), Math::max) < MIN_IPV6_MTU) {
            error(
                    "tun.mtu",
                    "tun.mtu %d is below %d, the least of a device with an IPv6 address, and this host's certificate has one: %s"
                            .formatted(tun.mtu(), MIN_IPV6_MTU, joinedNetworks()));
        } else if (tun.mtu() < MIN_IPV6_MTU) {
            notice(
                    "tun.mtu",
                    "tun.mtu %d is below %d, the least that IPv6 may count on: packets of up to that size may be lost"
                            .formatted(tun.mtu(), MIN_IPV6_MTU));
        }
        for (Route route : tun.routes()) {
            noticeSmall("tun.routes", route.route(), route.mtu());
        }
        for (UnsafeRoute route : tun.unsafeRoutes()) {
            noticeSmall("tun.unsafe_routes", route.route(), route.mtu());
        }
    }

    private void noticeSmall(String path, Cidr route, int mtu) {
        if (!route.isIpv4() && mtu > 0 && mtu < MIN_IPV6_MTU) {
            notice(
                    path,
                    "the mtu %d of route %s is below %d, the least that IPv6 may count on"
                            .formatted(mtu, route, MIN_IPV6_MTU));
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
