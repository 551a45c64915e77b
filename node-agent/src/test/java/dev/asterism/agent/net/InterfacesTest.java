package dev.asterism.agent.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.client.LocalAddresses.LocalAddress;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.tun.netlink.HostNetwork.Link;
import dev.asterism.tun.netlink.HostNetwork.LinkAddress;
import dev.asterism.tun.netlink.HostNetwork.Way;
import java.util.List;
import org.junit.jupiter.api.Test;

class InterfacesTest {

    private static final List<Link> LINKS =
            List.of(
                    new Link(1, "lo", true, 65536),
                    new Link(2, "eth0", true, 1500),
                    new Link(3, "wlan0", true, 1500),
                    new Link(4, "down0", false, 1500),
                    new Link(9, "docker0", true, 1500));

    private static final List<LinkAddress> ADDRESSES =
            List.of(
                    new LinkAddress(9, Cidr.of("172.17.0.1/16")),
                    new LinkAddress(4, Cidr.of("192.0.2.4/24")),
                    new LinkAddress(3, Cidr.of("192.0.2.3/24")),
                    new LinkAddress(3, Cidr.of("192.0.2.33/24")),
                    new LinkAddress(3, Cidr.of("2001:db8::3/64")),
                    new LinkAddress(2, Cidr.of("192.0.2.2/24")));

    @Test
    void beginsWithTheSourceTowardsALighthouseThenItsInterface() {
        List<LocalAddress> order =
                Interfaces.inOrder(LINKS, ADDRESSES, List.of(new Way(Ip.of("192.0.2.33"), 3)));

        assertThat(order)
                .containsExactly(
                        new LocalAddress("wlan0", Ip.of("192.0.2.33")),
                        new LocalAddress("wlan0", Ip.of("192.0.2.3")),
                        new LocalAddress("wlan0", Ip.of("2001:db8::3")),
                        new LocalAddress("eth0", Ip.of("192.0.2.2")),
                        new LocalAddress("docker0", Ip.of("172.17.0.1")));
    }

    @Test
    void goesByIndexWhereNoLighthouseIsKnown() {
        assertThat(Interfaces.inOrder(LINKS, ADDRESSES, List.of()))
                .extracting(LocalAddress::interfaceName)
                .containsExactly("eth0", "wlan0", "wlan0", "wlan0", "docker0");
    }
}
