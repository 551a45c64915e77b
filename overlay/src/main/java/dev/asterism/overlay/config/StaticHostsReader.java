package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.ListNode;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import dev.asterism.overlay.config.OverlayConfig.HostPort;
import dev.asterism.overlay.config.OverlayConfig.StaticMap;
import dev.asterism.overlay.net.Ip;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code static_host_map} and {@code static_map}. */
final class StaticHostsReader {

    private static final String KEY = "static_host_map";

    private StaticHostsReader() {}

    static Map<Ip, List<HostPort>> hosts(Section root) {
        Map<Ip, List<HostPort>> hosts = new LinkedHashMap<>();
        root.entries(KEY)
                .forEach(
                        (key, entry) -> {
                            Ip address = Ip.parse(key);
                            if (address == null) {
                                root.problems()
                                        .error(
                                                entry.keyPosition(),
                                                KEY + "." + key,
                                                "`%s` is not an overlay address".formatted(key));
                                return;
                            }
                            List<HostPort> underlay =
                                    underlay(KEY + "." + key, entry.value(), root.problems());
                            hosts.put(address, underlay);
                        });
        return Collections.unmodifiableMap(hosts);
    }

    private static List<HostPort> underlay(String path, ConfigNode value, Problems problems) {
        List<ConfigNode> items =
                switch (value) {
                    case ListNode list -> list.items();
                    case ScalarNode scalar -> List.of(scalar);
                    case MapNode map -> List.of(map);
                };
        List<HostPort> found = new ArrayList<>();
        for (ConfigNode item : items) {
            if (item instanceof ScalarNode scalar && !scalar.isNull()) {
                HostPort parsed = HostPorts.parse(scalar.text(), scalar.position(), path, problems);
                if (parsed != null) {
                    found.add(parsed);
                }
            } else {
                problems.error(
                        item.position(), path, "must be host:port, not a " + item.kindName());
            }
        }
        return List.copyOf(found);
    }

    static StaticMap staticMap(Section section) {
        return new StaticMap(
                section.duration("cadence", Duration.ofSeconds(30)),
                section.word("network", List.of("ip4", "ip6", "ip")),
                section.duration("lookup_timeout", Duration.ofSeconds(5)));
    }
}
