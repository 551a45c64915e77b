package dev.asterism.lighthouse.client;

import static dev.asterism.lighthouse.testing.SettingsBuilder.node;
import static dev.asterism.lighthouse.testing.TestNode.addresses;
import static dev.asterism.lighthouse.testing.TestNode.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.client.LocalAddresses.LocalAddress;
import dev.asterism.lighthouse.settings.DiscoverySettings;
import dev.asterism.lighthouse.staticmap.NameAnswer;
import dev.asterism.lighthouse.staticmap.NameQuery;
import dev.asterism.lighthouse.testing.SettingsBuilder;
import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.net.HostAddr;
import dev.asterism.overlay.net.Ip;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdvertisedAddressesTest {

    private final List<LocalAddress> locals = new ArrayList<>();
    private final List<NameQuery> lookUps = new ArrayList<>();
    private final List<MeshEvent> events = new ArrayList<>();

    @Test
    void advertisedComeFirstThenInterfacesWithoutDuplicates() {
        local("eth0", "192.0.2.7");
        local("eth1", "2001:db8::7");
        AdvertisedAddresses own =
                own(
                        host().advertise(
                                        HostAddr.of("203.0.113.1", 5000),
                                        HostAddr.of("192.0.2.7", 0)));

        assertThat(own.current())
                .isEqualTo(addresses("203.0.113.1:5000", "192.0.2.7:4242", "[2001:db8::7]:4242"));
    }

    @Test
    void leavesOutWhatNobodyElseCanReach() {
        for (String ip :
                List.of(
                        "127.0.0.1",
                        "::1",
                        "169.254.1.1",
                        "fe80::1",
                        "10.42.0.5",
                        "fd42::5",
                        "10.43.0.5")) {
            local("eth0", ip);
        }

        assertThat(own(host()).current()).isEqualTo(addresses("10.43.0.5:4242"));
    }

    @Test
    void anIpv4SocketLeavesOutIpv6InterfacesButNotAdvertisedAddresses() {
        local("eth0", "2001:db8::7");
        AdvertisedAddresses own =
                own(host().ipv4Socket().advertise(HostAddr.of("2001:db8::1", 4242)));

        assertThat(own.current()).isEqualTo(addresses("[2001:db8::1]:4242"));
    }

    @Test
    void obeysTheLocalAllowList() {
        local("docker0", "172.17.0.1");
        local("eth0", "192.0.2.7");

        assertThat(own(host().interfaceRule("docker.*", false)).current())
                .isEqualTo(addresses("192.0.2.7:4242"));
    }

    @Test
    void ignoresAdvertisedAddressesInsideTheOverlayWithAWarning() {
        AdvertisedAddresses own = own(host().advertise(HostAddr.of("10.42.0.5", 4242)));
        own.start(at(0));

        assertThat(own.current()).isEmpty();
        assertThat(events)
                .hasSize(1)
                .first()
                .isInstanceOf(LighthouseClientEvent.AdvertisedInsideOverlay.class);
    }

    @Test
    void saysOnceWhichAddressesLighthousesWillNotKeep() {
        for (int i = 1; i <= 12; i++) {
            local("eth" + i, "192.0.2." + i);
        }
        local("eth0", "2001:db8::7");
        AdvertisedAddresses own = own(host());

        assertThat(own.current()).hasSize(13);
        assertThat(own.current()).hasSize(13);
        assertThat(events)
                .containsExactly(
                        new LighthouseClientEvent.AddressesCut(
                                10, addresses("192.0.2.11:4242", "192.0.2.12:4242")));

        local("eth13", "192.0.2.13");
        own.current();
        assertThat(events).hasSize(2);
    }

    @Test
    void saysNothingOfTenAddresses() {
        for (int i = 1; i <= 10; i++) {
            local("eth" + i, "192.0.2." + i);
        }

        assertThat(own(host()).current()).hasSize(10);
        assertThat(events).isEmpty();
    }

    @Test
    void looksNamesUpOnceAndTakesTheFirstResult() {
        AdvertisedAddresses own = own(host().advertise(HostAddr.of("node.example", 0)));
        own.start(at(0));
        assertThat(lookUps).hasSize(1);
        assertThat(own.current()).isEmpty();

        boolean changed =
                own.namesResolved(
                        lookUps.getFirst(),
                        new NameAnswer.Found(SettingsBuilder.ips("203.0.113.9", "203.0.113.1")));
        own.lookUpMissing(at(100));

        assertThat(changed).isTrue();
        assertThat(own.current()).isEqualTo(addresses("203.0.113.9:4242"));
        assertThat(lookUps).hasSize(1);
    }

    @Test
    void tellsOfANameWithoutAnAddressAndTriesAgain() {
        AdvertisedAddresses own = own(host().advertise(HostAddr.of("node.example", 0)));
        own.start(at(0));

        own.namesResolved(lookUps.getFirst(), new NameAnswer.Failed("timeout"));
        own.lookUpMissing(at(10));
        assertThat(lookUps).hasSize(1);
        own.lookUpMissing(at(40));

        assertThat(events)
                .containsExactly(
                        new LighthouseClientEvent.AdvertisedNameNotResolved(
                                "node.example", "timeout"));
        assertThat(lookUps).hasSize(2);
    }

    private AdvertisedAddresses own(SettingsBuilder builder) {
        DiscoverySettings settings = builder.build();
        return new AdvertisedAddresses(
                () -> settings, _ -> locals, List::of, lookUps::add, events::add);
    }

    private void local(String name, String ip) {
        locals.add(new LocalAddress(name, Ip.of(ip)));
    }

    private static SettingsBuilder host() {
        return node("10.42.0.5/16", "fd42::5/64");
    }
}
