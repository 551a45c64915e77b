package dev.asterism.tun.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.tun.netlink.LinkRoute;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Spec behaviour.md 5.3. */
class DevicePlanTest {

    @Test
    void givesEachNetworkOfTheCertificateARouteOfItsFamily() {
        DevicePlan plan =
                DevicePlan.of(
                        List.of(
                                Cidr.of("10.42.0.2/16"),
                                Cidr.of("10.43.0.2/24"),
                                Cidr.of("fd42::2/64")),
                        1300,
                        List.of());

        assertThat(plan.linkRoutes())
                .extracting(LinkRoute::network, LinkRoute::source, LinkRoute::metric)
                .containsExactly(
                        tuple(Cidr.of("10.42.0.0/16"), Ip.of("10.42.0.2"), 0),
                        tuple(Cidr.of("10.43.0.0/24"), Ip.of("10.43.0.2"), 0),
                        tuple(Cidr.of("fd42::/64"), Ip.of("fd42::2"), 256));
    }

    /** A segment of the advertised size must fit the route with the headers of its family. */
    @Test
    void advertisesWhatFitsTheRouteWithTheHeadersOfItsFamily() {
        DevicePlan plan =
                DevicePlan.of(
                        List.of(Cidr.of("10.42.0.2/16"), Cidr.of("fd42::2/64")),
                        1300,
                        List.of(
                                new DevicePlan.Route(Cidr.of("10.42.9.0/24"), 1400, 0),
                                new DevicePlan.Route(Cidr.of("fd99::/64"), 1350, 0),
                                new DevicePlan.Route(Cidr.of("fd98::/64"), 0, 77)));

        assertThat(plan.deviceMtu()).isEqualTo(1400);
        assertThat(plan.linkRoutes())
                .extracting(LinkRoute::mtu, LinkRoute::advertisedMss, LinkRoute::metric)
                .containsExactly(
                        tuple(1300, 1260, 0),
                        tuple(1300, 1240, 256),
                        tuple(1400, 0, 0),
                        tuple(1350, 1290, 1024),
                        tuple(1300, 1240, 77));
    }
}
