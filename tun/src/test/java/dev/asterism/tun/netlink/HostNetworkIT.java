package dev.asterism.tun.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.libc.LinuxLibc;
import dev.asterism.tun.testing.FaultyLibc;
import dev.asterism.tun.testing.Leaks;
import dev.asterism.tun.testing.NetNamespace;
import org.junit.jupiter.api.Test;

class HostNetworkIT {

    private static final Libc LIBC = new LinuxLibc();

    @Test
    void readsLinksAndAddresses() throws Exception {
        NetNamespace.run(
                () -> {
                    NetNamespace.ip("link add veth0 mtu 1400 type veth peer name veth1");
                    NetNamespace.ip("addr add 192.0.2.1/24 dev veth0");
                    NetNamespace.ip("addr add 2001:db8::1/64 dev veth0");
                    NetNamespace.ip("link set veth0 up");
                    try (HostNetwork network = new HostNetwork(LIBC);
                            RouteNetlink links = new RouteNetlink(LIBC)) {
                        int index = links.linkIndex("veth0");

                        assertThat(network.links())
                                .contains(new HostNetwork.Link(index, "veth0", true, 1400))
                                .isSortedAccordingTo(
                                        java.util.Comparator.comparingInt(HostNetwork.Link::index));
                        assertThat(network.link(index))
                                .isEqualTo(new HostNetwork.Link(index, "veth0", true, 1400));
                        assertThat(network.link(9999)).isNull();
                        assertThat(network.addresses())
                                .contains(
                                        new HostNetwork.LinkAddress(index, Cidr.of("192.0.2.1/24")),
                                        new HostNetwork.LinkAddress(
                                                index, Cidr.of("2001:db8::1/64")));
                    }
                });
    }

    @Test
    void readsRoutesOfBothFamiliesAndFindsTheWay() throws Exception {
        NetNamespace.run(
                () -> {
                    NetNamespace.ip("link add veth0 type veth peer name veth1");
                    NetNamespace.ip("link set veth1 up");
                    NetNamespace.ip("link set veth0 up");
                    NetNamespace.ip("addr add 192.0.2.1/24 dev veth0");
                    NetNamespace.ip("addr add 192.0.2.9/24 dev veth0");
                    NetNamespace.ip("addr add 2001:db8::1/64 dev veth0 nodad");
                    NetNamespace.ip(
                            "route add default via 192.0.2.254 src 192.0.2.9 metric 7 mtu 1300"
                                    + " advmss 1200");
                    NetNamespace.ip("-6 route add 2001:db8:7::/48 dev veth0 metric 5");
                    NetNamespace.ip("route add unreachable 198.51.100.0/24");
                    try (HostNetwork network = new HostNetwork(LIBC);
                            RouteNetlink links = new RouteNetlink(LIBC)) {
                        int index = links.linkIndex("veth0");

                        assertThat(network.routes(_ -> true))
                                .contains(
                                        new KernelRoute(
                                                Cidr.of("0.0.0.0/0"),
                                                index,
                                                false,
                                                7,
                                                3,
                                                Ip.of("192.0.2.9"),
                                                1300,
                                                1200),
                                        new KernelRoute(
                                                Cidr.of("192.0.2.0/24"),
                                                index,
                                                true,
                                                0,
                                                2,
                                                Ip.of("192.0.2.1"),
                                                0,
                                                0),
                                        new KernelRoute(
                                                Cidr.of("2001:db8:7::/48"),
                                                index,
                                                true,
                                                5,
                                                3,
                                                null,
                                                0,
                                                0))
                                .noneMatch(r -> r.network().equals(Cidr.of("198.51.100.0/24")));
                        assertThat(network.wayTo(Ip.of("203.0.113.1"), 0))
                                .isEqualTo(new HostNetwork.Way(Ip.of("192.0.2.9"), index));
                        assertThat(network.wayTo(Ip.of("2001:db8::7"), 0))
                                .isEqualTo(new HostNetwork.Way(Ip.of("2001:db8::1"), index));
                        assertThat(network.wayTo(Ip.of("198.51.100.1"), 0)).isNull();
                    }
                });
    }

    @Test
    void theWayFollowsTheMark() throws Exception {
        NetNamespace.run(
                () -> {
                    NetNamespace.ip("link add veth0 type veth peer name veth1");
                    NetNamespace.ip("link set veth1 up");
                    NetNamespace.ip("link set veth0 up");
                    NetNamespace.ip("addr add 192.0.2.1/24 dev veth0");
                    NetNamespace.ip("addr add 198.51.100.1/24 dev veth1");
                    NetNamespace.ip("route add default via 192.0.2.254");
                    NetNamespace.ip("rule add fwmark 9 lookup 77");
                    NetNamespace.ip("route add default via 198.51.100.254 table 77");
                    try (HostNetwork network = new HostNetwork(LIBC);
                            RouteNetlink links = new RouteNetlink(LIBC)) {
                        HostNetwork.Way plain =
                                new HostNetwork.Way(Ip.of("192.0.2.1"), links.linkIndex("veth0"));
                        HostNetwork.Way marked =
                                new HostNetwork.Way(
                                        Ip.of("198.51.100.1"), links.linkIndex("veth1"));

                        assertThat(network.wayTo(Ip.of("203.0.113.1"), 0)).isEqualTo(plain);
                        assertThat(network.wayTo(Ip.of("203.0.113.1"), 9)).isEqualTo(marked);
                    }
                });
    }

    @Test
    void readsMoreRoutesThanOneBufferHolds() throws Exception {
        NetNamespace.run(
                () -> {
                    try (HostNetwork network = new HostNetwork(LIBC);
                            RouteNetlink routes = new RouteNetlink(LIBC)) {
                        for (int i = 0; i < 2_000; i++) {
                            Cidr one = Cidr.of("10." + i / 250 + "." + i % 250 + ".0/24");
                            routes.addRoute(
                                    1,
                                    new LinkRoute(
                                            one, LinkRoute.Origin.CONFIGURED, null, 1300, 0, 0));
                        }

                        assertThat(network.routes(_ -> true)).hasSize(2_000);
                        Cidr one = Cidr.of("10.3.7.0/24");
                        assertThat(network.routes(r -> r.network().equals(one)))
                                .singleElement()
                                .matches(r -> r.network().equals(one));
                    }
                });
    }

    @Test
    void aListThatKeepsChangingIsNotKnown() throws Exception {
        NetNamespace.run(
                () -> {
                    FaultyLibc libc = new FaultyLibc();
                    try (HostNetwork network = new HostNetwork(libc)) {
                        libc.interruptDumps(2);
                        assertThat(network.links()).hasSize(1);
                        libc.interruptDumps(3);
                        assertThatThrownBy(network::links)
                                .isInstanceOf(DumpInterrupted.class)
                                .hasMessageContaining("kept changing");
                        assertThat(network.links()).hasSize(1);
                    }
                });
    }

    @Test
    void leavesNoDescriptorBehind() {
        new HostNetwork(LIBC).close();
        int before = Leaks.descriptors();

        for (int i = 0; i < 5; i++) {
            try (HostNetwork network = new HostNetwork(LIBC)) {
                network.links();
            }
        }

        assertThat(Leaks.descriptors()).isEqualTo(before);
    }
}
