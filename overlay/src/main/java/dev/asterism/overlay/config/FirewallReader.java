package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.ListNode;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.OverlayConfig.FirewallSection;
import dev.asterism.overlay.config.OverlayConfig.RefusedAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code firewall}: the rules and what is beside them. */
final class FirewallReader {

    private FirewallReader() {}

    static FirewallSection read(Section section) {
        Section conntrack = section.section("conntrack");
        conntrack.duration("routine_cache_timeout");
        return new FirewallSection(
                rules(section, "inbound"),
                rules(section, "outbound"),
                action(section, "inbound_action"),
                action(section, "outbound_action"),
                section.bool("default_local_cidr_any"),
                timeout(conntrack, "tcp_timeout"),
                timeout(conntrack, "udp_timeout"),
                timeout(conntrack, "default_timeout"));
    }

    private static List<FirewallRule> rules(Section section, String key) {
        ConfigNode node = section.node(key);
        if (node == null) {
            return List.of();
        }
        String path = section.path(key);
        if (!(node instanceof ListNode list)) {
            section.error(key, path + " failed to parse, should be an array of rules");
            return List.of();
        }
        List<FirewallRule> rules = new ArrayList<>();
        for (int i = 0; i < list.items().size(); i++) {
            ConfigNode item = list.items().get(i);
            if (item instanceof MapNode map) {
                FirewallRule rule = new RuleReader(map, path, i, section.problems()).read();
                if (rule != null) {
                    rules.add(rule);
                }
            } else {
                section.problems()
                        .error(
                                item.position(),
                                path + "[" + i + "]",
                                "%s rule #%d; could not parse rule".formatted(path, i));
            }
        }
        return List.copyOf(rules);
    }

    private static RefusedAction action(Section section, String key) {
        String word = section.text(key);
        return switch (word) {
            case "drop" -> RefusedAction.DROP;
            case "reject" -> RefusedAction.REJECT;
            default -> {
                section.notice(
                        key,
                        "invalid %s `%s`, defaulting to `drop`".formatted(section.path(key), word));
                yield RefusedAction.DROP;
            }
        };
    }

    private static Duration timeout(Section conntrack, String key) {
        Duration timeout = conntrack.anyDuration(key);
        if (timeout.isZero() || timeout.isNegative()) {
            conntrack.error(
                    key,
                    "%s must be greater than 0, got: %s"
                            .formatted(conntrack.path(key), conntrack.text(key)));
            return conntrack.row(key).durationByDefault();
        }
        return timeout;
    }
}
