package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.Cidr;
import java.util.Arrays;
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

    @Test
    void checksRoutesOfBothFamilies() {
        NetworkChecks.Findings findings =
                check(
                        """
                        tun:
                          routes: [{route: 'fd42::5:0/112', mtu: 1300}, {route: 'fd43::/64', mtu: 1300}]
                          unsafe_routes:
                            - {route: 'fd42:0:0:0:8000::/65', via: 'fd42::1'}
                            - {route: '::/0', via: 'fd42::1'}
                        """,
                        "10.42.0.2/16",
                        "fd42::2/64");

        assertThat(findings.errors())
                .extracting(Diagnostic::toString)
                .containsExactly(
                        "c.yml:3:11: entry 2.route in tun.routes is not contained within the configured"
                                + " vpn networks; route: fd43::/64, networks: [10.42.0.2/16 fd42::2/64]",
                        "c.yml:5:5: entry 1.route in tun.unsafe_routes is contained within the configured"
                                + " vpn networks; route: fd42::8000:0:0:0/65, network: fd42::2/64");
    }

    /** The kernel would take the device but no IPv6 address, and the node could not start. */
    @Test
    void refusesADeviceTooSmallForIpv6() {
        String small = "tun: {mtu: 1279}";
        assertThat(check(small, "10.42.0.2/16").errors()).isEmpty();
        assertThat(check("tun: {mtu: 1280}", "10.42.0.2/16", "fd42::2/64").errors()).isEmpty();
        assertThat(check("tun: {mtu: 1279, disabled: true}", "fd42::2/64").errors()).isEmpty();

        assertThat(check(small, "10.42.0.2/16", "fd42::2/64").errors())
                .extracting(Diagnostic::toString)
                .containsExactly(
                        "c.yml:2:12: tun.mtu 1279 is below 1280, the least of a device with an IPv6"
                                + " address, and this host's certificate has one: [10.42.0.2/16"
                                + " fd42::2/64]");
    }

    @Test
    void tellsOfAnMtuThatIsSmallForIpv6Alone() {
        NetworkChecks.Findings findings =
                check(
                        """
                        tun:
                          mtu: 1000
                          routes: [{route: 10.42.9.0/24, mtu: 1400}, {route: 'fd42::9:0/112', mtu: 600}]
                          unsafe_routes: [{route: 'fd99::/64', via: 'fd42::1', mtu: 1200}]
                        """,
                        "10.42.0.2/16",
                        "fd42::2/64");

        assertThat(findings.errors()).isEmpty();
        assertThat(findings.notices())
                .extracting(Diagnostic::path)
                .containsExactly("tun.mtu", "tun.routes", "tun.unsafe_routes");
    }

    private static NetworkChecks.Findings check(String yaml) {
        return check(yaml, "10.42.0.2/16");
    }

    private static NetworkChecks.Findings check(String yaml, String... networks) {
        ConfigOutcome.Loaded loaded = Configs.loaded(Configs.PKI + yaml);
        return NetworkChecks.check(
                loaded.config(), Arrays.stream(networks).map(Cidr::of).toList(), loaded.origins());
    }
}
