package dev.asterism.tun.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.libc.LinuxLibc;
import dev.asterism.tun.libc.NativeIoException;
import dev.asterism.tun.poll.Poller;
import dev.asterism.tun.testing.Leaks;
import dev.asterism.tun.testing.NetNamespace;
import org.junit.jupiter.api.Test;

class AddressEventsIT {

    private static final Libc LIBC = new LinuxLibc();

    @Test
    void hearsOfAddressesThatComeAndGo() throws Exception {
        NetNamespace.run(
                () -> {
                    try (AddressEvents events = new AddressEvents(LIBC, () -> 0);
                            Poller poller = new Poller(LIBC)) {
                        poller.add(events.fd());
                        assertThat(events.drain()).isFalse();

                        NetNamespace.ip("addr add 192.0.2.1/24 dev lo");
                        poller.await(System.nanoTime() + 30_000_000_000L);
                        assertThat(events.drain()).isTrue();
                        assertThat(events.drain()).isFalse();

                        NetNamespace.ip("addr add 2001:db8::1/64 dev lo");
                        assertThat(drainWithin(events, poller)).isTrue();

                        NetNamespace.ip("addr del 192.0.2.1/24 dev lo");
                        assertThat(drainWithin(events, poller)).isTrue();
                    }
                });
    }

    /** An address of a link that was down stays, so that its return shows in routes only. */
    @Test
    void hearsOfRoutesThatComeAndGo() throws Exception {
        NetNamespace.run(
                () -> {
                    NetNamespace.ip("link set lo up");
                    NetNamespace.ip("addr add 192.0.2.1/24 dev lo");
                    try (AddressEvents events = new AddressEvents(LIBC, () -> 0);
                            AddressEvents ignoring = new AddressEvents(LIBC, () -> 1)) {
                        NetNamespace.ip("route add 198.51.100.0/24 via 192.0.2.9");
                        assertThat(events.drain()).isTrue();
                        assertThat(ignoring.drain()).isFalse();

                        NetNamespace.ip("route del 198.51.100.0/24");
                        assertThat(events.drain()).isTrue();
                    }
                });
    }

    private static boolean drainWithin(AddressEvents events, Poller poller) {
        poller.await(System.nanoTime() + 30_000_000_000L);
        return events.drain();
    }

    @Test
    void hearsNothingOfTheLinkItIsToIgnore() throws Exception {
        NetNamespace.run(
                () -> {
                    NetNamespace.ip("link add veth0 type veth peer name veth1");
                    try (RouteNetlink netlink = new RouteNetlink(LIBC);
                            AddressEvents events =
                                    new AddressEvents(LIBC, () -> netlink.linkIndex("veth0"))) {
                        NetNamespace.ip("addr add 192.0.2.1/24 dev veth0");
                        assertThat(events.drain()).isFalse();

                        NetNamespace.ip("addr add 192.0.2.9/24 dev veth1");
                        assertThat(events.drain()).isTrue();
                    }
                });
    }

    @Test
    void reportsOverflowAsAChange() throws Exception {
        NetNamespace.run(
                () -> {
                    try (AddressEvents events = new AddressEvents(LIBC, () -> 1);
                            RouteNetlink netlink = new RouteNetlink(LIBC)) {
                        for (int i = 0; i < 2000; i++) {
                            Cidr address = Cidr.of("10.9." + i / 250 + "." + (i % 250 + 1) + "/32");
                            netlink.addAddress(1, address);
                        }

                        assertThat(events.drain()).isTrue();
                        assertThat(events.drain()).isFalse();
                    }
                });
    }

    @Test
    void quotesTheKernelsWords() throws Exception {
        NetNamespace.run(
                () -> {
                    try (RouteNetlink netlink = new RouteNetlink(LIBC)) {
                        assertThatThrownBy(() -> netlink.setMtu(9999, 1300))
                                .isInstanceOf(NativeIoException.class)
                                .hasMessageContaining("set MTU 1300 of link 9999");
                        assertThatThrownBy(() -> netlink.linkIndex("nothing0"))
                                .isInstanceOf(NativeIoException.class)
                                .hasMessageContaining("nothing0");
                        LinkRoute unreachable =
                                new LinkRoute(
                                        Cidr.of("10.0.0.0/8"),
                                        LinkRoute.Origin.CONFIGURED,
                                        dev.asterism.overlay.net.Ip.of("192.0.2.77"),
                                        0,
                                        0,
                                        0);
                        assertThatThrownBy(() -> netlink.addRoute(1, unreachable))
                                .isInstanceOf(NativeIoException.class)
                                .hasMessageContaining("add route 10.0.0.0/8")
                                .extracting(e -> ((NativeIoException) e).errno())
                                .isEqualTo(Errno.EINVAL);
                    }
                });
    }

    @Test
    void removesAnAddress() throws Exception {
        NetNamespace.run(
                () -> {
                    try (RouteNetlink netlink = new RouteNetlink(LIBC)) {
                        netlink.addAddress(1, Cidr.of("10.9.0.1/32"));
                        netlink.addAddress(1, Cidr.of("10.9.0.1/32"));
                        assertThat(NetNamespace.ip("addr show dev lo")).contains("10.9.0.1");

                        netlink.removeAddress(1, Cidr.of("10.9.0.1/32"));
                        assertThat(NetNamespace.ip("addr show dev lo")).doesNotContain("10.9.0.1");
                    }
                });
    }

    @Test
    void leavesNoDescriptorBehind() {
        new RouteNetlink(LIBC).close();
        int before = Leaks.descriptors();

        for (int i = 0; i < 5; i++) {
            new AddressEvents(LIBC, () -> 0).close();
            new RouteNetlink(LIBC).close();
        }

        assertThat(Leaks.descriptors()).isEqualTo(before);
    }
}
