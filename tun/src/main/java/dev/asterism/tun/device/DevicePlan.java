package dev.asterism.tun.device;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.tun.netlink.LinkRoute;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a device is to have in the kernel while it runs; a reload may bring another one.
 *
 * @param addresses with the prefix lengths of their networks, to which there is a route each
 * @param mtu of the routes to these networks, bytes
 * @param deviceMtu the largest MTU of any route, bytes
 * @param routes beside those to the networks
 */
public record DevicePlan(List<Cidr> addresses, int mtu, int deviceMtu, List<Route> routes) {

    private static final int TCP_IPV4_HEADER_BYTES = 40;
    private static final int TCP_IPV6_HEADER_BYTES = 60;
    private static final int CONNECTED_IPV6_METRIC = 256;
    private static final int IPV6_METRIC = 1024;

    /**
     * @param mtu bytes, 0 for that of the overlay networks
     * @param metric 0 for the family's default
     */
    public record Route(Cidr network, int mtu, int metric) {}

    public DevicePlan {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
    }

    /** One MTU for all; its device MTU is the largest of the routes' and this. */
    public static DevicePlan of(List<Cidr> addresses, int mtu, List<Route> routes) {
        int largest = routes.stream().mapToInt(Route::mtu).reduce(mtu, Math::max);
        return new DevicePlan(addresses, mtu, largest, routes);
    }

    /** All routes as the kernel is to have them, in a fixed order. */
    List<LinkRoute> linkRoutes() {
        List<LinkRoute> all = new ArrayList<>();
        for (Cidr address : addresses) {
            int metric = address.isIpv4() ? 0 : CONNECTED_IPV6_METRIC;
            LinkRoute.Origin origin = LinkRoute.Origin.CONNECTED;
            all.add(linkRoute(address.masked(), origin, address.address(), mtu, metric));
        }
        for (Route route : routes) {
            Cidr network = route.network().masked();
            int bytes = route.mtu() == 0 ? mtu : route.mtu();
            boolean ordinary = route.metric() == 0 && !network.isIpv4();
            int metric = ordinary ? IPV6_METRIC : route.metric();
            all.add(linkRoute(network, LinkRoute.Origin.CONFIGURED, null, bytes, metric));
        }
        return all;
    }

    private LinkRoute linkRoute(
            Cidr network, LinkRoute.Origin origin, @Nullable Ip source, int bytes, int metric) {
        int headers = network.isIpv4() ? TCP_IPV4_HEADER_BYTES : TCP_IPV6_HEADER_BYTES;
        int advertisedMss = bytes == deviceMtu ? 0 : bytes - headers;
        return new LinkRoute(network, origin, source, bytes, advertisedMss, metric);
    }
}
