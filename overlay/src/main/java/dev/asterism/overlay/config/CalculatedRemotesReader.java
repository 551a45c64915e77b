package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.Entry;
import dev.asterism.overlay.config.ConfigNode.ListNode;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import dev.asterism.overlay.config.OverlayConfig.CalculatedRemote;
import dev.asterism.overlay.net.Cidr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code lighthouse.calculated_remotes} (spec behaviour.md 3.5). */
final class CalculatedRemotesReader {

    private static final String KEY = "calculated_remotes";

    private final String range;
    private final Diagnostics problems;

    private CalculatedRemotesReader(String range, Diagnostics problems) {
        this.range = range;
        this.problems = problems;
    }

    static Map<Cidr, List<CalculatedRemote>> read(Section section) {
        Map<Cidr, List<CalculatedRemote>> remotes = new LinkedHashMap<>();
        section.entries(KEY)
                .forEach(
                        (key, entry) -> {
                            CalculatedRemotesReader reader =
                                    new CalculatedRemotesReader(key, section.problems());
                            Cidr cidr = Cidr.parse(key);
                            if (cidr == null) {
                                reader.error(entry.keyPosition(), " has invalid CIDR");
                            } else {
                                remotes.put(cidr.masked(), reader.range(cidr, entry));
                            }
                        });
        return Collections.unmodifiableMap(remotes);
    }

    private List<CalculatedRemote> range(Cidr cidr, Entry entry) {
        if (!(entry.value() instanceof ListNode list)) {
            wrongEntry(entry.value(), " has invalid type: " + entry.value().kindName());
            return List.of();
        }
        List<CalculatedRemote> remotes = new ArrayList<>();
        for (ConfigNode item : list.items()) {
            if (item instanceof MapNode map) {
                CalculatedRemote remote = remote(cidr, map);
                if (remote != null) {
                    remotes.add(remote);
                }
            } else {
                wrongEntry(item, " has invalid type: " + item.kindName());
            }
        }
        return List.copyOf(remotes);
    }

    private @Nullable CalculatedRemote remote(Cidr cidr, MapNode map) {
        String maskText = text(map, "mask");
        String portText = text(map, "port");
        Cidr mask = maskText == null ? null : Cidr.parse(maskText);
        Long port = portText == null ? null : Scalars.number(portText);
        if (maskText == null || mask == null) {
            wrongEntry(map, maskText == null ? ": missing mask" : ": invalid mask: " + maskText);
            return null;
        }
        if (mask.isIpv4() != cidr.isIpv4()) {
            wrongEntry(map, ": invalid mask: %s for cidr: %s".formatted(maskText, range));
            return null;
        }
        if (portText == null || port == null || port < 0 || port > 0xFFFF) {
            wrongEntry(map, portText == null ? ": missing port" : ": invalid port: " + portText);
            return null;
        }
        return new CalculatedRemote(mask, port.intValue());
    }

    private static @Nullable String text(MapNode map, String key) {
        return map.get(key) instanceof ScalarNode scalar && !scalar.isNull()
                ? scalar.canonical()
                : null;
    }

    private void wrongEntry(ConfigNode node, String what) {
        error(node.position(), ": calculated_remotes entry" + what);
    }

    private void error(SourcePosition position, String what) {
        String path = "lighthouse." + KEY + "." + range;
        problems.error(position, path, "config '%s'%s".formatted(path, what));
    }
}
