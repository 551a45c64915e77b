package dev.asterism.overlay.config;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.config.OverlayConfig.AllowListConfig;
import dev.asterism.overlay.config.OverlayConfig.Asterism;
import dev.asterism.overlay.config.OverlayConfig.Counters;
import dev.asterism.overlay.config.OverlayConfig.FirewallSection;
import dev.asterism.overlay.config.OverlayConfig.Handshakes;
import dev.asterism.overlay.config.OverlayConfig.Lighthouse;
import dev.asterism.overlay.config.OverlayConfig.Listen;
import dev.asterism.overlay.config.OverlayConfig.LogFormat;
import dev.asterism.overlay.config.OverlayConfig.LogLevel;
import dev.asterism.overlay.config.OverlayConfig.Logging;
import dev.asterism.overlay.config.OverlayConfig.Pki;
import dev.asterism.overlay.config.OverlayConfig.Punchy;
import dev.asterism.overlay.config.OverlayConfig.RecvErrorGate;
import dev.asterism.overlay.config.OverlayConfig.RefusedAction;
import dev.asterism.overlay.config.OverlayConfig.Relay;
import dev.asterism.overlay.config.OverlayConfig.StaticMap;
import dev.asterism.overlay.config.OverlayConfig.Timers;
import dev.asterism.overlay.config.OverlayConfig.Tun;
import dev.asterism.overlay.config.OverlayConfig.Tunnels;
import dev.asterism.overlay.net.HostAddr;
import dev.asterism.overlay.net.IpFamily;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The defaults of Nebula 1.12.0, section by section. */
class SectionDefaultsTest {

    private final OverlayConfig config = Configs.read("");

    @Test
    void pki() {
        assertThat(config.pki())
                .isEqualTo(new Pki("ca.crt", "host.crt", "host.key", List.of(), true, 0));
        assertThat(config.cipher()).isEqualTo(AeadCipher.AES);
    }

    @Test
    void staticHosts() {
        assertThat(config.staticHostMap()).isEmpty();
        assertThat(config.staticMap())
                .isEqualTo(new StaticMap(ofSeconds(30), IpFamily.IP4, ofSeconds(5)));
    }

    @Test
    void lighthouse() {
        assertThat(config.lighthouse())
                .isEqualTo(
                        new Lighthouse(
                                false,
                                ofSeconds(10),
                                List.of(),
                                AllowListConfig.ALLOW_ALL,
                                Map.of(),
                                AllowListConfig.ALLOW_ALL,
                                Map.of(),
                                List.of(),
                                Map.of()));
    }

    @Test
    void listen() {
        assertThat(config.listen())
                .isEqualTo(
                        new Listen(
                                HostAddr.of("0.0.0.0", 0),
                                64,
                                0,
                                0,
                                0,
                                RecvErrorGate.ALWAYS,
                                RecvErrorGate.ALWAYS,
                                true));
        assertThat(config.routines().lanes()).isEqualTo(1);
    }

    @Test
    void tunnels() {
        assertThat(config.punchy())
                .isEqualTo(new Punchy(false, false, ofSeconds(1), ofSeconds(5), false));
        assertThat(config.preferredRanges()).isEmpty();
        assertThat(config.relay()).isEqualTo(new Relay(false, true, List.of()));
        assertThat(config.handshakes()).isEqualTo(new Handshakes(ofMillis(100), 10, 64, 1024));
        assertThat(config.timers())
                .isEqualTo(new Timers(ofSeconds(5), ofSeconds(10), ofSeconds(60)));
        assertThat(config.counters()).isEqualTo(new Counters(1000, 5000));
        assertThat(config.tunnels()).isEqualTo(new Tunnels(false, ofMinutes(10)));
    }

    @Test
    void tun() {
        assertThat(config.tun())
                .isEqualTo(
                        new Tun(false, "", 1300, 5000, false, false, List.of(), List.of(), true));
    }

    @Test
    void firewall() {
        assertThat(config.firewall())
                .isEqualTo(
                        new FirewallSection(
                                List.of(),
                                List.of(),
                                RefusedAction.DROP,
                                RefusedAction.DROP,
                                false,
                                ofMinutes(12),
                                ofMinutes(3),
                                ofMinutes(10)));
    }

    @Test
    void loggingAndOurOwn() {
        assertThat(config.logging()).isEqualTo(new Logging(LogLevel.INFO, LogFormat.TEXT, false));
        assertThat(config.asterism()).isEqualTo(new Asterism(65_536, true, true, List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "static_host_map",
                "static_map",
                "lighthouse",
                "listen",
                "punchy",
                "relay",
                "preferred_ranges",
                "handshakes",
                "timers",
                "counters",
                "tunnels",
                "tun",
                "firewall",
                "logging",
                "asterism",
                "cipher",
                "routines",
                "sshd",
                "stats",
                "l7"
            })
    void nullSectionsAreAbsent(String section) {
        assertThat(Configs.read(section + ":\n")).isEqualTo(config);
        assertThat(Configs.notices(section + ": ~\n")).isEmpty();
    }
}
