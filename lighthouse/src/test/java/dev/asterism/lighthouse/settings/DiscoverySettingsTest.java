package dev.asterism.lighthouse.settings;

import static dev.asterism.lighthouse.testing.SettingsBuilder.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.net.Ip;
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
}
