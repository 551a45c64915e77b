package dev.asterism.lighthouse.settings;

import static dev.asterism.lighthouse.testing.SettingsBuilder.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.ConfigReader;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiscoverySettingsTest {

    @Test
    void knowsItsOwnAddressesAndNetworks() {
        DiscoverySettings settings = node("10.42.0.5/16", "fd42::5/64").build();

        assertThat(settings.me()).isEqualTo(Ip.of("10.42.0.5"));
        assertThat(settings.isOurs(Ip.of("fd42::5"))).isTrue();
        assertThat(settings.isOurs(Ip.of("10.42.0.6"))).isFalse();
        assertThat(settings.isInOurNetworks(Ip.of("10.42.0.6"))).isTrue();
        assertThat(settings.isInOurNetworks(Ip.of("10.43.0.6"))).isFalse();
    }

    @Test
    void needsANetwork() {
        assertThatThrownBy(() -> node().build()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesWhatItNeedsFromAConfiguration() {
        DiscoverySettings settings =
                DiscoverySettings.of(
                        config(
                                """
                                pki: {ca: ca.crt, cert: host.crt, key: host.key}
                                static_host_map:
                                  10.42.0.1: ["198.51.100.1:4242", "one.example:4243"]
                                lighthouse:
                                  hosts: [10.42.0.1]
                                  interval: 60
                                  remote_allow_list: {198.51.100.0/24: false}
                                  local_allow_list: {interfaces: {docker.*: false}}
                                  calculated_remotes:
                                    10.42.7.0/24: [{mask: 192.168.7.0/24, port: 4242}]
                                punchy: {respond: true, delay: 2s}
                                relay: {relays: [10.42.0.8]}
                                """),
                        List.of(Cidr.of("10.42.0.5/16")),
                        true,
                        4711);

        assertThat(settings.listenPort()).isEqualTo(4711);
        assertThat(settings.isLighthouse(Ip.of("10.42.0.1"))).isTrue();
        assertThat(settings.usesLighthouses()).isTrue();
        assertThat(settings.lighthouse().interval()).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.punchy().respond()).isTrue();
        assertThat(settings.punchy().delay()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.punchy().respondDelay()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.advertisedRelays()).containsExactly(Ip.of("10.42.0.8"));
        assertThat(settings.queryBuffer()).isEqualTo(1024);
        assertThat(settings.lists().calculated().of(Ip.of("10.42.7.9")))
                .containsExactly(UnderlayAddr.of("192.168.7.9:4242"));
        assertThat(settings.lists().local().allows("docker0", Ip.of("192.0.2.1"))).isFalse();
        assertThat(settings.rules().usable(List.of(), UnderlayAddr.of("198.51.100.1:1"))).isFalse();
        assertThat(settings.rules().usable(List.of(), UnderlayAddr.of("[2001:db8::1]:1")))
                .isFalse();
    }

    @Test
    void aRelayAdvertisesNoRelays() {
        DiscoverySettings settings =
                DiscoverySettings.of(
                        config(
                                """
                                pki: {ca: ca.crt, cert: host.crt, key: host.key}
                                relay: {am_relay: true, relays: [10.42.0.8]}
                                """),
                        List.of(Cidr.of("10.42.0.5/16")),
                        false,
                        4242);

        assertThat(settings.advertisedRelays()).isEmpty();
    }

    private static OverlayConfig config(String text) {
        return switch (ConfigReader.read("test.yml", text)) {
            case ConfigOutcome.Loaded loaded -> loaded.config();
            case ConfigOutcome.Refused refused ->
                    throw new AssertionError(refused.problems().toString());
        };
    }
}
