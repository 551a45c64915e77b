package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.Entry;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import dev.asterism.overlay.config.OverlayConfig.AllowListConfig;
import dev.asterism.overlay.config.OverlayConfig.Lighthouse;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.HostAddr;
import dev.asterism.overlay.net.Ip;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code lighthouse}. */
final class LighthouseReader {

    private static final String LOCAL = "local_allow_list";

    private LighthouseReader() {}

    static Lighthouse read(Section section) {
        return new Lighthouse(
                section.bool("am_lighthouse"),
                section.seconds("interval"),
                hosts(section),
                allowList(section, "remote_allow_list", ""),
                allowRanges(section),
                allowList(section, LOCAL, AllowLists.INTERFACES),
                interfaces(section),
                advertised(section),
                CalculatedRemotesReader.read(section));
    }

    private static List<Ip> hosts(Section section) {
        List<Ip> hosts = new ArrayList<>();
        List<ScalarNode> items = section.scalars("hosts");
        for (int i = 0; i < items.size(); i++) {
            ScalarNode item = items.get(i);
            Ip host = Ip.parse(item.text());
            if (host == null) {
                section.problems()
                        .error(
                                item.position(),
                                section.path("hosts") + "[" + i + "]",
                                "`%s` is not an overlay address".formatted(item.text()));
            } else {
                hosts.add(host);
            }
        }
        return List.copyOf(hosts);
    }

    private static AllowListConfig allowList(Section section, String key, String skipped) {
        return AllowLists.read(
                section.entries(key),
                section.position(key),
                section.path(key),
                skipped,
                section.problems());
    }

    private static Map<Cidr, AllowListConfig> allowRanges(Section section) {
        String key = "remote_allow_ranges";
        Map<Cidr, AllowListConfig> ranges = new LinkedHashMap<>();
        section.entries(key)
                .forEach(
                        (name, entry) -> {
                            String path = section.path(key) + "." + name;
                            Cidr range = Cidr.parse(name);
                            if (range == null) {
                                section.problems()
                                        .error(
                                                entry.keyPosition(),
                                                path,
                                                "config `%s` has invalid CIDR: %s"
                                                        .formatted(section.path(key), name));
                            } else if (entry.value() instanceof MapNode map) {
                                ranges.put(
                                        range.masked(),
                                        AllowLists.read(
                                                map.entries(),
                                                map.position(),
                                                path,
                                                "",
                                                section.problems()));
                            } else {
                                section.problems()
                                        .error(
                                                entry.value().position(),
                                                path,
                                                "must be a map of CIDR to bool, not a "
                                                        + entry.value().kindName());
                            }
                        });
        return Collections.unmodifiableMap(ranges);
    }

    private static Map<InterfacePattern, Boolean> interfaces(Section section) {
        if (!(section.node(LOCAL) instanceof MapNode map)) {
            return Collections.emptyMap();
        }
        Entry entry = map.entries().get(AllowLists.INTERFACES);
        return entry == null
                ? Collections.emptyMap()
                : AllowLists.interfaces(entry, section.path(LOCAL), section.problems());
    }

    private static List<HostAddr> advertised(Section section) {
        List<HostAddr> addresses = new ArrayList<>();
        List<ScalarNode> items = section.scalars("advertise_addrs");
        for (int i = 0; i < items.size(); i++) {
            ScalarNode item = items.get(i);
            String path = section.path("advertise_addrs") + "[" + i + "]";
            HostAddr address =
                    HostPorts.parse(item.text(), item.position(), path, section.problems());
            if (address != null) {
                addresses.add(address);
            }
        }
        return List.copyOf(addresses);
    }
}
