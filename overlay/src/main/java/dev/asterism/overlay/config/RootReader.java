package dev.asterism.overlay.config;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import dev.asterism.overlay.config.OverlayConfig.Asterism;
import dev.asterism.overlay.config.OverlayConfig.Routines;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import java.util.ArrayList;
import java.util.List;

/** The top level, and the checks that need more than one section. */
final class RootReader {

    private RootReader() {}

    static OverlayConfig read(Section root, List<SectionBinding<?>> bindings) {
        List<SectionBinding.Bound<?>> bound = new ArrayList<>();
        bindings.forEach(binding -> bound.add(binding.read(root)));
        OverlayConfig config =
                new OverlayConfig(
                        PkiReader.read(root.section("pki")),
                        cipher(root),
                        StaticHostsReader.hosts(root),
                        StaticHostsReader.staticMap(root.section("static_map")),
                        LighthouseReader.read(root.section("lighthouse")),
                        ListenReader.read(root.section("listen")),
                        TunnelReader.punchy(root),
                        preferredRanges(root),
                        TunnelReader.relay(root.section("relay")),
                        TunnelReader.handshakes(root.section("handshakes")),
                        TunnelReader.timers(root.section("timers")),
                        TunnelReader.counters(root.section("counters")),
                        TunnelReader.tunnels(root.section("tunnels")),
                        TunReader.read(root.section("tun")),
                        FirewallReader.read(root.section("firewall")),
                        LoggingReader.read(root.section("logging")),
                        StatsReader.read(root.section("stats")),
                        routines(root),
                        asterism(root.section("asterism")),
                        bound);
        checkLighthouse(config, root.section("lighthouse"));
        return config;
    }

    private static AeadCipher cipher(Section root) {
        String name = root.text("cipher");
        return switch (name) {
            case "aes" -> AeadCipher.AES;
            case "chachapoly" -> AeadCipher.CHACHAPOLY;
            default -> {
                root.error("cipher", "unknown cipher: %s".formatted(name));
                yield AeadCipher.AES;
            }
        };
    }

    private static List<Cidr> preferredRanges(Section root) {
        List<Cidr> ranges = new ArrayList<>();
        for (ScalarNode item : root.readableScalars("preferred_ranges")) {
            Cidr range = Cidr.parse(item.text());
            if (range == null) {
                root.problems()
                        .notice(
                                item.position(),
                                "preferred_ranges",
                                "`%s` is no CIDR and is ignored".formatted(item.text()));
            } else {
                ranges.add(range.masked());
            }
        }
        return List.copyOf(ranges);
    }

    private static Routines routines(Section root) {
        return new Routines(
                routinesOf(root),
                routinesOf(root.section("listen")),
                routinesOf(root.section("tun")));
    }

    /** Less than 0 is 1 in Nebula; {@link OverlayConfig.Routines} knows what 0 means. */
    private static int routinesOf(Section section) {
        long routines = section.whole("routines");
        int most = section.row("routines").most();
        long used = routines < 0 ? 1 : Math.min(routines, most);
        section.outside("routines", routines, 0, most, used);
        return (int) used;
    }

    private static Asterism asterism(Section section) {
        return new Asterism(
                section.section("conntrack").integer("max_entries"),
                section.bool("wire_extensions"),
                section.bool("path_mtu"),
                PathPinsReader.read(section));
    }

    private static void checkLighthouse(OverlayConfig config, Section lighthouse) {
        if (config.lighthouse().amLighthouse()) {
            if (config.listen().port() == 0) {
                lighthouse.error(
                        "am_lighthouse",
                        "lighthouse.am_lighthouse enabled on node but no port number is set in"
                                + " config: set listen.port");
            }
            if (!config.lighthouse().hosts().isEmpty()) {
                lighthouse.notice(
                        "hosts",
                        "lighthouse.am_lighthouse enabled on node but upstream lighthouses exist"
                                + " in config");
            }
        }
        List<ConfigNode> hosts =
                lighthouse.node("hosts") instanceof ConfigNode.ListNode list
                        ? list.items()
                        : List.of();
        for (ConfigNode item : hosts) {
            Ip host = item instanceof ScalarNode scalar ? Ip.parse(scalar.text()) : null;
            if (host != null && !config.staticHostMap().containsKey(host)) {
                lighthouse
                        .problems()
                        .error(
                                item.position(),
                                lighthouse.path("hosts"),
                                "lighthouse %s does not have a static_host_map entry"
                                        .formatted(host));
            }
        }
    }
}
