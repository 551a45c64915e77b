package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.Cidr;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkChecksTest {

    @Test
    void findsNothingWhereEverythingFits() {
        NetworkChecks.Findings findings =
                check(
                        """
                        static_host_map: {10.42.0.1: 'a:1'}
                        lighthouse: {hosts: [10.42.0.1]}
                        tun:
                          routes: [{route: 10.42.9.0/24, mtu: 1000}]
                          unsafe_routes: [{route: 172.16.0.0/12, via: 10.42.0.1}]
                        """);

        assertThat(findings.errors()).isEmpty();
        assertThat(findings.notices()).isEmpty();
    }

    @Test
    void refusesRoutesOnTheWrongSide() {
        NetworkChecks.Findings findings =
                check(
                        """
                        tun:
                          routes: [{route: 10.0.0.0/8, mtu: 1000}]
                          unsafe_routes: [{route: 10.42.9.0/24, via: 10.42.0.1}]
                        """);

        assertThat(findings.errors())
                .extracting(Diagnostic::toString)
                .containsExactly(
                        "c.yml:3:11: entry 1.route in tun.routes is not contained within the"
                                + " configured vpn networks; route: 10.0.0.0/8, networks:"
                                + " [10.42.0.2/16]",
                        "c.yml:4:18: entry 1.route in tun.unsafe_routes is contained within the"
                                + " configured vpn networks; route: 10.42.9.0/24, network:"
                                + " 10.42.0.2/16");
    }

    @Test
    void tellsOfHostsOutsideAndAdvertisedAddressesInside() {
        NetworkChecks.Findings findings =
                check(
                        """
                        static_host_map: {10.99.0.1: 'a:1'}
                        lighthouse: {hosts: [10.99.0.1], advertise_addrs: ['10.42.0.2:1', 'name:1']}
                        """);

        assertThat(findings.errors()).isEmpty();
        assertThat(findings.notices())
                .extracting(Diagnostic::path)
                .containsExactly(
                        "static_host_map", "lighthouse.hosts", "lighthouse.advertise_addrs");
    }

    private static NetworkChecks.Findings check(String yaml) {
        ConfigOutcome.Loaded loaded = Configs.loaded(Configs.PKI + yaml);
        return NetworkChecks.check(
                loaded.config(), List.of(Cidr.of("10.42.0.2/16")), loaded.origins());
    }
}
