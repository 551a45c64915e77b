package dev.asterism.overlay.config;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.config.FirewallRule.Network;
import dev.asterism.overlay.config.FirewallRule.Protocol;
import dev.asterism.overlay.config.OverlayConfig.AllowListConfig;
import dev.asterism.overlay.config.OverlayConfig.Asterism;
import dev.asterism.overlay.config.OverlayConfig.CalculatedRemote;
import dev.asterism.overlay.config.OverlayConfig.Counters;
import dev.asterism.overlay.config.OverlayConfig.FirewallSection;
import dev.asterism.overlay.config.OverlayConfig.Gateway;
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
import dev.asterism.overlay.config.OverlayConfig.Route;
import dev.asterism.overlay.config.OverlayConfig.StaticMap;
import dev.asterism.overlay.config.OverlayConfig.Stats;
import dev.asterism.overlay.config.OverlayConfig.StatsProtocol;
import dev.asterism.overlay.config.OverlayConfig.StatsType;
import dev.asterism.overlay.config.OverlayConfig.Timers;
import dev.asterism.overlay.config.OverlayConfig.Tun;
import dev.asterism.overlay.config.OverlayConfig.Tunnels;
import dev.asterism.overlay.config.OverlayConfig.UnsafeRoute;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.HostAddr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.IpFamily;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every supported key of every section, none at its default. */
class AllKeysTest {

    private final OverlayConfig config = Configs.loaded(Configs.allKeys()).config();

    @Test
    void saysNothingButThatCodeIsOld() {
        assertThat(Configs.loaded(Configs.allKeys()).notices())
                .extracting(Diagnostic::message)
                .containsExactly(
                        "lighthouse.am_lighthouse enabled on node but upstream lighthouses exist in"
                                + " config",
                        "firewall.inbound rule #1; code specified as [443]; it is an old name of"
                                + " port: use port");
    }

    @Test
    void keepsThePrivateKeyOutOfTexts() {
        assertThat(config.toString()).doesNotContain("AAAA").doesNotContain("BEGIN");
        assertThat(new ConfigText("c.yml", Configs.allKeys())).hasToString("c.yml");
    }

    @Test
    void pki() {
        assertThat(config.pki())
                .isEqualTo(
                        new Pki(
                                "ca.crt",
                                "host.crt",
                                """
                                -----BEGIN NEBULA X25519 PRIVATE KEY-----
                                AAAA
                                -----END NEBULA X25519 PRIVATE KEY-----
                                """,
                                List.of("ab".repeat(32)),
                                false,
                                2));
        assertThat(config.cipher()).isEqualTo(AeadCipher.CHACHAPOLY);
    }

    @Test
    void staticHosts() {
        assertThat(config.staticHostMap())
                .containsExactly(
                        Map.entry(
                                Ip.of("10.42.0.1"),
                                List.of(
                                        HostAddr.of("192.0.2.1", 4242),
                                        HostAddr.of("lh.example.org", 4243))),
                        Map.entry(Ip.of("fd42::1"), List.of(HostAddr.of("2001:db8::1", 4242))));
        assertThat(config.staticMap())
                .isEqualTo(new StaticMap(ofSeconds(90), IpFamily.IP, ofMillis(250)));
    }

    @Test
    void lighthouse() {
        AllowListConfig remote =
                new AllowListConfig(
                        Map.of(Cidr.of("10.0.0.0/8"), false, Cidr.of("0.0.0.0/0"), true),
                        true,
                        true);
        AllowListConfig range =
                new AllowListConfig(Map.of(Cidr.of("192.168.0.0/16"), true), false, true);
        AllowListConfig local = new AllowListConfig(Map.of(Cidr.of("fd00::/8"), true), true, false);
        assertThat(config.lighthouse())
                .isEqualTo(
                        new Lighthouse(
                                true,
                                ofSeconds(60),
                                List.of(Ip.of("10.42.0.1"), Ip.of("fd42::1")),
                                remote,
                                Map.of(Cidr.of("10.42.1.0/24"), range),
                                local,
                                Map.of(InterfacePattern.compile("docker.*"), false),
                                List.of(HostAddr.of("198.51.100.7", 0)),
                                Map.of(
                                        Cidr.of("10.42.0.0/16"),
                                        List.of(
                                                new CalculatedRemote(
                                                        Cidr.of("192.168.1.0/24"), 4242)))));
    }

    @Test
    void listen() {
        assertThat(config.listen())
                .isEqualTo(
                        new Listen(
                                HostAddr.of("::", 4242),
                                32,
                                1 << 20,
                                1 << 20,
                                7,
                                RecvErrorGate.PRIVATE,
                                RecvErrorGate.NEVER,
                                false));
    }

    @Test
    void tunnels() {
        assertThat(config.punchy())
                .isEqualTo(new Punchy(true, true, ofSeconds(2), ofMillis(1500), true));
        assertThat(config.preferredRanges()).containsExactly(Cidr.of("172.16.5.0/24"));
        assertThat(config.relay())
                .isEqualTo(new Relay(false, false, List.of(Ip.of("10.42.0.8"), Ip.of("fd42::8"))));
        assertThat(config.handshakes()).isEqualTo(new Handshakes(ofMillis(200), 20, 32, 128));
        assertThat(config.timers())
                .isEqualTo(new Timers(ofSeconds(6), ofSeconds(11), ofSeconds(90)));
        assertThat(config.counters()).isEqualTo(new Counters(0, 10));
        assertThat(config.tunnels()).isEqualTo(new Tunnels(true, ofMinutes(60)));
    }

    @Test
    void tun() {
        Gateway five = new Gateway(Ip.of("10.42.0.5"), 1);
        Gateway six = new Gateway(Ip.of("10.42.0.6"), 10);
        assertThat(config.tun())
                .isEqualTo(
                        new Tun(
                                true,
                                "mesh0",
                                1400,
                                700,
                                true,
                                true,
                                List.of(new Route(Cidr.of("10.42.9.0/24"), 1200)),
                                List.of(
                                        new UnsafeRoute(
                                                Cidr.of("172.16.1.0/24"),
                                                List.of(five),
                                                0,
                                                100,
                                                false),
                                        new UnsafeRoute(
                                                Cidr.of("172.16.2.0/24"),
                                                List.of(five, six),
                                                1250,
                                                0,
                                                true)),
                                false));
    }

    @Test
    void firewall() {
        FirewallSection firewall = config.firewall();
        FirewallRule all = firewall.outbound().getFirst();
        assertThat(all)
                .isEqualTo(
                        new FirewallRule(
                                all.position(),
                                PortRange.ANY,
                                Protocol.ANY,
                                "any",
                                List.of(),
                                Network.NOT_GIVEN,
                                Network.NOT_GIVEN,
                                "",
                                ""));

        List<FirewallRule> inbound = firewall.inbound();
        assertThat(inbound).hasSize(3);
        assertThat(inbound.get(0))
                .isEqualTo(
                        new FirewallRule(
                                inbound.get(0).position(),
                                new PortRange(80, 90),
                                Protocol.TCP,
                                "web",
                                List.of("on", "007"),
                                new Network("10.42.3.0/24", Cidr.of("10.42.3.0/24")),
                                new Network("172.16.1.0/24", Cidr.of("172.16.1.0/24")),
                                "root",
                                "abab"));
        assertThat(inbound.get(1).ports()).isEqualTo(new PortRange(443, 443));
        assertThat(inbound.get(1).groups()).containsExactly("laptop");
        assertThat(inbound.get(2).ports()).isEqualTo(PortRange.ANY);
        assertThat(firewall.inboundAction()).isEqualTo(RefusedAction.REJECT);
        assertThat(firewall.outboundAction()).isEqualTo(RefusedAction.REJECT);
        assertThat(firewall.defaultLocalCidrAny()).isTrue();
        assertThat(firewall.tcpTimeout()).isEqualTo(ofMinutes(1));
        assertThat(firewall.udpTimeout()).isEqualTo(ofMinutes(2));
        assertThat(firewall.defaultTimeout()).isEqualTo(ofMinutes(3));
    }

    @Test
    void rulesKnowTheirPlace() {
        List<String> lines = Configs.allKeys().lines().toList();
        SourcePosition place = config.firewall().inbound().get(1).position();

        assertThat(lines.get(place.line() - 1)).isEqualTo("    - code: 443");
        assertThat(place.column()).isEqualTo(7);
    }

    private SourcePosition place(String pinned) {
        return config.asterism().paths().stream()
                .filter(pin -> pin.peers().equals(pinned))
                .findFirst()
                .orElseThrow()
                .at();
    }

    @Test
    void loggingAndOurOwn() {
        assertThat(config.logging()).isEqualTo(new Logging(LogLevel.WARN, LogFormat.JSON, true));
        assertThat(config.asterism())
                .isEqualTo(
                        new Asterism(
                                200_000,
                                false,
                                false,
                                List.of(
                                        new PathPin(place("db1"), "db1", "", true, true),
                                        new PathPin(
                                                place("group:office"),
                                                "group:office",
                                                "10.42.0.7",
                                                false,
                                                false))));
    }

    @Test
    void stats() {
        assertThat(config.stats())
                .isEqualTo(
                        new Stats(
                                StatsType.PROMETHEUS,
                                ofSeconds(15),
                                null,
                                StatsProtocol.TCP6,
                                "mesh",
                                HostAddr.of("127.0.0.1", 9100),
                                "/metrics",
                                "acme",
                                "vpn",
                                true,
                                true));
    }

    @Test
    void originsTellWhereAValueStands() {
        SourceMap origins = Configs.loaded(Configs.allKeys()).origins();

        assertThat(origins.of("pki.cert")).contains(new SourcePosition("c.yml", 3, 9));
        assertThat(origins.of("pki.none")).isEmpty();
        assertThat(origins.of("cipher.none")).isEmpty();
        assertThat(origins.of("")).isEmpty();
    }
}
