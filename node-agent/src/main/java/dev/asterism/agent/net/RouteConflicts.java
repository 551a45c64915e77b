package dev.asterism.agent.net;

import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.libc.NativeIoException;
import dev.asterism.tun.netlink.HostNetwork;
import dev.asterism.tun.netlink.KernelRoute;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds routes of a configuration that take traffic away from this host's own: its default route,
 * its LAN, the network of another device. Such a route is allowed, but whoever writes it should
 * know.
 */
public final class RouteConflicts {

    private static final int IPV6_METRIC = 1024;
    private static final int CONNECTED_IPV6_METRIC = 256;

    private RouteConflicts() {}

    /**
     * @param key of the configuration
     */
    public record Conflict(String key, String message, String hint) {}

    /**
     * A route that we would make.
     *
     * @param metric of the kernel's own sense
     */
    record PlannedRoute(String key, Cidr network, int metric) {

        boolean isOverlay() {
            return key.equals(CERTIFICATE);
        }
    }

    private static final String CERTIFICATE = "pki.cert";

    /** Asks the kernel; nothing is found where it does not answer. */
    public static List<Conflict> find(Libc libc, OverlayConfig.Tun tun, List<Cidr> networks) {
        if (tun.disabled()) {
            return List.of();
        }
        try (HostNetwork host = new HostNetwork(libc)) {
            List<PlannedRoute> wanted = wanted(tun, networks);
            List<KernelRoute> present =
                    host.routes(route -> isFrom(route, networks) || concerns(route, wanted));
            return among(wanted, present, host.links(), tun.dev(), networks);
        } catch (NativeIoException e) {
            return List.of();
        }
    }

    static List<PlannedRoute> wanted(OverlayConfig.Tun tun, List<Cidr> networks) {
        List<PlannedRoute> all = new ArrayList<>();
        for (Cidr network : networks) {
            int metric = network.isIpv4() ? 0 : CONNECTED_IPV6_METRIC;
            all.add(new PlannedRoute(CERTIFICATE, network.masked(), metric));
        }
        for (OverlayConfig.UnsafeRoute route : tun.unsafeRoutes()) {
            if (route.install()) {
                Cidr network = route.route().masked();
                boolean ordinary = route.metric() == 0 && !network.isIpv4();
                int metric = ordinary ? IPV6_METRIC : route.metric();
                all.add(new PlannedRoute("tun.unsafe_routes", network, metric));
            }
        }
        return all;
    }

    /**
     * @param ownDevice whose routes are our own, of a run that is to be followed by another; empty
     *     when the kernel chooses the name: then it is the tunN that has an address of ours
     * @param addresses ours, with prefix lengths
     */
    static List<Conflict> among(
            List<PlannedRoute> wanted,
            List<KernelRoute> present,
            List<HostNetwork.Link> links,
            String ownDevice,
            List<Cidr> addresses) {
        Set<String> withOurAddress = new TreeSet<>();
        present.stream()
                .filter(route -> isFrom(route, addresses))
                .forEach(route -> withOurAddress.add(nameOf(route.link(), links)));
        Set<Conflict> found = new LinkedHashSet<>();
        for (PlannedRoute route : wanted) {
            for (KernelRoute there : present) {
                String device = nameOf(there.link(), links);
                boolean ours =
                        ownDevice.isEmpty()
                                ? device.matches("tun[0-9]+") && withOurAddress.contains(device)
                                : device.equals(ownDevice);
                if (!ours) {
                    addIfAny(found, route, there, device);
                }
            }
        }
        return List.copyOf(found);
    }

    private static boolean isFrom(KernelRoute route, List<Cidr> addresses) {
        Ip source = route.source();
        return source != null && addresses.stream().anyMatch(ours -> ours.address().equals(source));
    }

    /** Whether some device with that route would be in conflict. */
    private static boolean concerns(KernelRoute there, List<PlannedRoute> wanted) {
        Set<Conflict> found = new LinkedHashSet<>();
        wanted.forEach(route -> addIfAny(found, route, there, ""));
        return !found.isEmpty();
    }

    private static String nameOf(int index, List<HostNetwork.Link> links) {
        return links.stream()
                .filter(link -> link.index() == index)
                .map(HostNetwork.Link::name)
                .findFirst()
                .orElse("another device");
    }

    private static void addIfAny(
            Set<Conflict> found, PlannedRoute route, KernelRoute there, String device) {
        Cidr ours = route.network();
        Cidr theirs = there.network();
        if (ours.equals(theirs) && route.metric() <= there.metric()) {
            found.add(same(route, device));
        } else if (there.direct() && theirs.bits() > 0) {
            if (theirs.covers(ours) && ours.bits() > theirs.bits()) {
                found.add(part(route, theirs, device));
            } else if (route.isOverlay() && ours.bits() < theirs.bits() && ours.covers(theirs)) {
                found.add(unreachable(route, theirs, device));
            }
        }
    }

    private static Conflict same(PlannedRoute route, String device) {
        if (route.network().bits() == 0) {
            return new Conflict(
                    route.key(),
                    "the route to %s takes precedence over this host's default route via %s while this node runs, also for what it sends to its peers"
                            .formatted(route.network(), device),
                    "give it a larger metric, or set install: false and route by listen.so_mark");
        }
        return new Conflict(
                route.key(),
                "the route to %s goes before this host's route to the same network by %s while this node runs"
                        .formatted(route.network(), device),
                remedy(route));
    }

    private static Conflict part(PlannedRoute route, Cidr theirs, String device) {
        return new Conflict(
                route.key(),
                "the route to %s takes a part of %s, the network of %s, while this node runs"
                        .formatted(route.network(), theirs, device),
                remedy(route));
    }

    private static Conflict unreachable(PlannedRoute route, Cidr theirs, String device) {
        return new Conflict(
                route.key(),
                "addresses of %s that fall in %s are routed via %s, not through the overlay"
                        .formatted(route.network(), theirs, device),
                remedy(route));
    }

    private static String remedy(PlannedRoute route) {
        return route.isOverlay()
                ? "choose an overlay network that no device of this host has"
                : "give it a larger metric, set install: false, or leave that network out";
    }
}
