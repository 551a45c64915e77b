package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.Entry;
import dev.asterism.overlay.config.ConfigNode.ListNode;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import dev.asterism.overlay.config.OverlayConfig.StaticMap;
import dev.asterism.overlay.net.HostAddr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.IpFamily;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code static_host_map} and {@code static_map}. */
final class StaticHostsReader {

    private static final String KEY = "static_host_map";

    private StaticHostsReader() {}

    static Map<Ip, List<HostAddr>> hosts(Section root) {
        ConfigNode node = root.node(KEY);
        if (node != null && !(node instanceof MapNode)) {
            String message = KEY + " must be a map, not a " + node.kindName();
            root.doubt(KEY, message, "", "it is ignored");
            return Collections.emptyMap();
        }
        Map<String, Entry> entries = root.entries(KEY);
        if (entries.keySet().stream().anyMatch(k -> ScalarKind.of(k) != ScalarKind.STRING)) {
            String message = "a key of %s is not an overlay address".formatted(KEY);
            root.doubt(KEY, message, "", "all of it is ignored");
            return Collections.emptyMap();
        }
        Map<Ip, List<HostAddr>> hosts = new LinkedHashMap<>();
        entries.forEach(
                (key, entry) -> {
                    Ip address = address(key, entry, root.problems());
                    if (address != null) {
                        hosts.put(
                                address, underlay(KEY + "." + key, entry.value(), root.problems()));
                    }
                });
        return Collections.unmodifiableMap(hosts);
    }

    private static @Nullable Ip address(String key, Entry entry, Diagnostics problems) {
        Ip address = Ip.parse(key);
        if (address != null) {
            return address;
        }
        String path = KEY + "." + key;
        String message = "`%s` is not an overlay address".formatted(key);
        int zone = key.indexOf('%');
        if (zone > 0 && zone < key.length() - 1 && Ip.parse(key.substring(0, zone)) != null) {
            problems.doubt(entry.keyPosition(), path, message, "", "it is never reached");
        } else {
            problems.error(entry.keyPosition(), path, message);
        }
        return null;
    }

    private static List<HostAddr> underlay(String path, ConfigNode value, Diagnostics problems) {
        List<ConfigNode> items =
                switch (value) {
                    case ListNode list -> list.items();
                    case ScalarNode scalar -> List.of(scalar);
                    case MapNode map -> List.of(map);
                };
        List<HostAddr> found = new ArrayList<>();
        for (ConfigNode item : items) {
            if (item instanceof ScalarNode scalar && !scalar.isNull()) {
                HostAddr parsed =
                        HostPorts.parseName(scalar.text(), scalar.position(), path, problems);
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
                section.durationOrRefused("cadence"),
                section.choice("network", IpFamily.values()),
                section.durationOrRefused("lookup_timeout"));
    }
}
