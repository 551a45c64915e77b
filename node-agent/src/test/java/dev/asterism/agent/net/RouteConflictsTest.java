package dev.asterism.agent.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.agent.net.RouteConflicts.Conflict;
import dev.asterism.agent.net.RouteConflicts.PlannedRoute;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.tun.netlink.HostNetwork.Link;
import dev.asterism.tun.netlink.KernelRoute;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouteConflictsTest {

    private static final Ip OUR_ADDRESS = Ip.of("10.42.0.7");
    private static final String UNSAFE = "tun.unsafe_routes";

    private static final List<Link> LINKS =
            List.of(
                    new Link(2, "eth0", true, 1500),
                    new Link(3, "docker0", true, 1500),
                    new Link(4, "mesh0", true, 1300));

    private static final List<KernelRoute> ROUTES =
            List.of(
                    route("0.0.0.0/0", 2, false, 100),
                    route("192.168.1.0/24", 2, true, 100),
                    route("10.0.0.0/8", 2, false, 0),
                    route("172.17.0.0/16", 3, true, 0),
                    route("10.42.0.0/16", 4, true, 0),
                    route("::/0", 2, false, 1024));

    @Test
    void namesDeviceAndRouteOfADefaultRoute() {
        assertThat(found(UNSAFE, "0.0.0.0/0", 0))
                .singleElement()
                .satisfies(
                        c -> {
                            assertThat(c.key()).isEqualTo(UNSAFE);
                            assertThat(c.message()).contains("0.0.0.0/0", "eth0", "default route");
                            assertThat(c.hint()).contains("metric");
                        });
        assertThat(found(UNSAFE, "::/0", 1024)).hasSize(1);
    }

    @Test
    void namesTheLanAndTheNetworkOfAnotherDevice() {
        assertThat(found(UNSAFE, "192.168.1.0/24", 0))
                .singleElement()
                .extracting(Conflict::message)
                .asString()
                .contains("192.168.1.0/24", "eth0");
        assertThat(found("pki.cert", "172.17.0.0/16", 0))
                .singleElement()
                .extracting(Conflict::message)
                .asString()
                .contains("172.17.0.0/16", "docker0");
    }

    @Test
    void namesAPartOfALan() {
        assertThat(found(UNSAFE, "192.168.1.128/25", 500))
                .singleElement()
                .extracting(Conflict::message)
                .asString()
                .contains("192.168.1.128/25", "a part of 192.168.1.0/24", "eth0");
    }

    @Test
    void anOverlayNetworkMayNotHoldALan() {
        assertThat(found("pki.cert", "192.168.0.0/16", 0))
                .singleElement()
                .extracting(Conflict::message)
                .asString()
                .contains("192.168.1.0/24 are routed via eth0");
        assertThat(found(UNSAFE, "192.168.0.0/16", 0)).isEmpty();
    }

    @Test
    void saysNothingOfARouteThatTheHostsGoesBefore() {
        assertThat(found(UNSAFE, "0.0.0.0/0", 200)).isEmpty();
        assertThat(found(UNSAFE, "192.168.1.0/24", 101)).isEmpty();
    }

    @Test
    void saysNothingOfOrdinaryNetworksAndOfItsOwnDevice() {
        assertThat(found("pki.cert", "10.42.0.0/16", 0)).isEmpty();
        assertThat(found(UNSAFE, "10.99.0.0/16", 0)).isEmpty();
        assertThat(found(UNSAFE, "203.0.113.0/24", 0)).isEmpty();
    }

    @Test
    void namesAnotherVpnsTunDeviceAlsoWhenTheKernelChoosesOurName() {
        List<Link> links =
                List.of(new Link(5, "tun0", true, 1300), new Link(6, "tun1", true, 1400));
        List<KernelRoute> routes =
                List.of(
                        new KernelRoute(Cidr.of("10.42.0.0/16"), 5, true, 0, 2, OUR_ADDRESS, 0, 0),
                        route("192.168.9.0/24", 5, true, 0),
                        route("192.168.7.0/24", 6, true, 0));

        assertThat(withoutName(routes, links, "10.42.0.0/16")).isEmpty();
        assertThat(withoutName(routes, links, "192.168.9.0/24")).isEmpty();
        assertThat(withoutName(routes, links, "192.168.7.0/24"))
                .singleElement()
                .extracting(Conflict::message)
                .asString()
                .contains("192.168.7.0/24", "tun1");
    }

    private static List<Conflict> withoutName(
            List<KernelRoute> routes, List<Link> links, String network) {
        return RouteConflicts.among(
                List.of(new PlannedRoute(UNSAFE, Cidr.of(network), 0)),
                routes,
                links,
                "",
                List.of(new Cidr(OUR_ADDRESS, 16)));
    }

    private static List<Conflict> found(String key, String network, int metric) {
        return RouteConflicts.among(
                List.of(new PlannedRoute(key, Cidr.of(network), metric)),
                ROUTES,
                LINKS,
                "mesh0",
                List.of());
    }

    private static KernelRoute route(String network, int link, boolean direct, int metric) {
        return new KernelRoute(Cidr.of(network), link, direct, metric, 3, null, 0, 0);
    }
}
