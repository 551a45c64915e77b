package dev.asterism.tun.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.libc.LinuxLibc;
import dev.asterism.tun.libc.NativeIoException;
import dev.asterism.tun.testing.NetNamespace;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Addresses, routes and MTU as a reload changes them, and beside the routes of others. */
class DevicePlanIT {

    private static final Libc LIBC = new LinuxLibc();
    private static final List<Cidr> ADDRESSES =
            List.of(Cidr.of("10.42.0.2/16"), Cidr.of("fd42::2/64"));

    @Test
    void followsAChangedPlanInTwoSteps() throws Exception {
        NetNamespace.run(
                () -> {
                    DevicePlan before =
                            plan(1300, route("192.168.7.0/24", 1200, 50), route("2001:db8::/32"));
                    DevicePlan after =
                            plan(1280, route("192.168.8.0/24"), route("2001:db8::/32", 1290, 0));
                    try (LinuxTun tun = open()) {
                        tun.activate(before);
                        assertThat(routes4())
                                .contains("192.168.7.0/24 dev mesh0 scope link metric 50 mtu 1200");

                        tun.extend(after);
                        assertThat(routes4()).contains("192.168.7.0/24", "192.168.8.0/24");

                        tun.settle(after);
                        assertThat(routes4())
                                .contains(
                                        "192.168.8.0/24 dev mesh0 scope link mtu 1280",
                                        "10.42.0.0/16 dev mesh0 proto kernel scope link src 10.42.0.2 mtu 1280")
                                .doesNotContain("192.168.7", "mtu 1300");
                        assertThat(routes6())
                                .contains("2001:db8::/32", "mtu 1290", "fd42::/64", "mtu 1280")
                                .doesNotContain("1300");
                        assertThat(NetNamespace.ip("link show dev mesh0")).contains("mtu 1290");
                        assertThat(tun.missing()).isEmpty();

                        tun.settle(before);
                        assertThat(tun.missing()).isEmpty();
                        assertThat(routes4()).doesNotContain("192.168.8");
                        assertThat(NetNamespace.ip("link show dev mesh0")).contains("mtu 1300");
                    }
                });
    }

    @Test
    void aRefusedPlanLeavesTheOldOne() throws Exception {
        NetNamespace.run(
                () -> {
                    DevicePlan before = plan(1300, route("192.168.7.0/24"));
                    // IPv6 needs 1280 bytes: the kernel refuses its addresses on a smaller link.
                    DevicePlan bad = plan(1000, route("192.168.9.0/24"));
                    try (LinuxTun tun = open()) {
                        tun.activate(before);

                        assertThatThrownBy(() -> tun.extend(bad))
                                .isInstanceOf(NativeIoException.class);

                        assertThat(tun.missing()).isEmpty();
                        assertThat(routes4())
                                .contains("192.168.7.0/24")
                                .doesNotContain("192.168.9", "mtu 1000");
                        assertThat(NetNamespace.ip("link show dev mesh0")).contains("mtu 1300");
                    }
                });
    }

    @Test
    void hidesRoutesOfOthersAndNeverReplacesThem() throws Exception {
        NetNamespace.run(
                () -> {
                    lan();
                    String before4 = routes4();
                    String before6 = routes6();

                    try (LinuxTun tun = open()) {
                        tun.activate(
                                plan(
                                        1300,
                                        route("0.0.0.0/0"),
                                        route("192.0.2.0/24"),
                                        route("::/0"),
                                        route("2001:db8:7::/64", 0, 256)));

                        assertThat(NetNamespace.ip("route get 203.0.113.1")).contains("dev mesh0");
                        assertThat(NetNamespace.ip("route get 192.0.2.77")).contains("dev mesh0");
                        assertThat(NetNamespace.ip("route get 2001:db8:99::1"))
                                .contains("dev mesh0");
                        assertThat(NetNamespace.ip("route get 2001:db8:7::9"))
                                .contains("dev mesh0");
                        assertThat(routes4())
                                .contains("default via 192.0.2.254 dev veth0", "dev veth0 proto");

                        tun.settle(plan(1300));
                        assertThat(NetNamespace.ip("route get 203.0.113.1")).contains("dev veth0");
                        assertThat(NetNamespace.ip("route get 2001:db8:99::1"))
                                .contains("dev veth0");
                        tun.settle(plan(1300, route("0.0.0.0/0"), route("::/0")));
                    }

                    assertThat(routes4()).isEqualTo(before4);
                    assertThat(routes6()).isEqualTo(before6);
                });
    }

    @Test
    void hidesTheNetworkOfAnotherDeviceToo() throws Exception {
        NetNamespace.run(
                () -> {
                    NetNamespace.ip("link add veth0 type veth peer name veth1");
                    NetNamespace.ip("link set veth1 up");
                    NetNamespace.ip("link set veth0 up");
                    NetNamespace.ip("addr add 10.42.0.9/16 dev veth0");
                    NetNamespace.ip("addr add fd42::9/64 dev veth0 nodad");
                    String before = routes4() + routes6();

                    try (LinuxTun tun = open()) {
                        tun.activate(plan(1300));

                        assertThat(tun.missing()).isEmpty();
                        assertThat(NetNamespace.ip("route get 10.42.0.77")).contains("dev mesh0");
                        assertThat(NetNamespace.ip("route get fd42::77")).contains("dev mesh0");
                    }

                    assertThat(routes4() + routes6()).isEqualTo(before);
                });
    }

    private static void lan() {
        NetNamespace.ip("link add veth0 type veth peer name veth1");
        NetNamespace.ip("link set veth1 up");
        NetNamespace.ip("link set veth0 up");
        NetNamespace.ip("addr add 192.0.2.1/24 dev veth0");
        NetNamespace.ip("addr add 2001:db8:7::1/64 dev veth0 nodad");
        NetNamespace.ip("route add default via 192.0.2.254");
        NetNamespace.ip("-6 route add 2001:db8:8::/48 dev veth0");
        NetNamespace.ip("-6 route add default via 2001:db8:7::fe dev veth0");
    }

    private static LinuxTun open() {
        return LinuxTun.open(LIBC, TunOptions.named("mesh0", 1300));
    }

    private static DevicePlan plan(int mtu, DevicePlan.Route... routes) {
        return DevicePlan.of(ADDRESSES, mtu, List.of(routes));
    }

    private static DevicePlan.Route route(String network) {
        return route(network, 0, 0);
    }

    private static DevicePlan.Route route(String network, int mtu, int metric) {
        return new DevicePlan.Route(Cidr.of(network), mtu, metric);
    }

    private static String routes4() {
        return NetNamespace.ip("-4 route show");
    }

    private static String routes6() {
        // A link-local route comes some time after its link.
        return NetNamespace.ip("-6 route show")
                .lines()
                .filter(line -> !line.startsWith("fe80"))
                .collect(java.util.stream.Collectors.joining("\n"));
    }
}
