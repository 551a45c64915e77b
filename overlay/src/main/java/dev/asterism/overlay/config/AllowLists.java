package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.Entry;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import dev.asterism.overlay.config.OverlayConfig.AllowListConfig;
import dev.asterism.overlay.net.Cidr;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Maps CIDR to bool with a default per family (spec behaviour.md 3.4). */
final class AllowLists {

    static final String INTERFACES = "interfaces";

    private AllowLists() {}

    /**
     * @param skipped a key that is not a CIDR but something else; empty for none
     */
    static AllowListConfig read(
            Map<String, Entry> entries,
            SourcePosition position,
            String path,
            String skipped,
            Diagnostics problems) {
        Map<Cidr, Boolean> rules = new LinkedHashMap<>();
        entries.forEach(
                (key, entry) -> {
                    if (key.equals(skipped)) {
                        return;
                    }
                    Boolean allowed = value(entry.value(), path, problems);
                    Cidr cidr = Cidr.parse(key);
                    if (cidr == null && allowed != null) {
                        problems.error(
                                entry.keyPosition(),
                                path,
                                "config `%s` has invalid CIDR: %s".formatted(path, key));
                    } else if (cidr != null && allowed != null) {
                        rules.put(cidr.masked(), allowed);
                    }
                });
        return new AllowListConfig(
                Collections.unmodifiableMap(rules),
                familyDefault(rules, true, position, path, problems),
                familyDefault(rules, false, position, path, problems));
    }

    /** Stricter than other booleans: YAML's own, or the strings y, yes, n, no. */
    private static @Nullable Boolean value(ConfigNode node, String path, Diagnostics problems) {
        if (node instanceof ScalarNode scalar) {
            String word = scalar.canonical();
            boolean yaml = scalar.kind() == ScalarKind.BOOLEAN;
            boolean string = scalar.kind() == ScalarKind.STRING;
            if (yaml || string && (word.equals("y") || word.equals("yes"))) {
                return !word.equals("false");
            }
            if (string && (word.equals("n") || word.equals("no"))) {
                return Boolean.FALSE;
            }
        }
        String shown = node instanceof ScalarNode scalar ? ": " + scalar.text() : "";
        problems.error(
                node.position(),
                path,
                "config `%s` has invalid value (type %s)%s"
                        .formatted(path, node.kindName(), shown));
        return null;
    }

    private static boolean familyDefault(
            Map<Cidr, Boolean> rules,
            boolean ipv4,
            SourcePosition position,
            String path,
            Diagnostics problems) {
        boolean anyTrue = false;
        boolean anyFalse = false;
        for (Map.Entry<Cidr, Boolean> rule : rules.entrySet()) {
            if (rule.getKey().isIpv4() == ipv4) {
                if (rule.getKey().bits() == 0) {
                    return rule.getValue();
                }
                anyTrue |= rule.getValue();
                anyFalse |= !rule.getValue();
            }
        }
        if (anyTrue && anyFalse) {
            problems.error(
                    position,
                    path,
                    "config `%s` contains both true and false rules, but no default set for %s"
                            .formatted(path, ipv4 ? "0.0.0.0/0" : "::/0"));
        }
        return !anyTrue;
    }

    /** Regular expressions over interface names, all with the same value. */
    static Map<InterfacePattern, Boolean> interfaces(
            Entry entry, String listPath, Diagnostics problems) {
        String path = listPath + "." + INTERFACES;
        if (!(entry.value() instanceof MapNode map)) {
            problems.error(
                    entry.value().position(),
                    path,
                    "config `%s` is invalid (type %s): must be a map"
                            .formatted(path, entry.value().kindName()));
            return Collections.emptyMap();
        }
        Map<InterfacePattern, Boolean> names = new LinkedHashMap<>();
        map.entries()
                .forEach(
                        (key, rule) -> {
                            InterfacePattern name = pattern(key, rule, path, problems);
                            Boolean allowed = value(rule.value(), path, problems);
                            if (name != null && allowed != null) {
                                names.put(name, allowed);
                            }
                        });
        if (names.containsValue(true) && names.containsValue(false)) {
            problems.error(
                    map.position(),
                    path,
                    "config `%s` values must all be the same true/false value".formatted(path));
        }
        return Collections.unmodifiableMap(names);
    }

    /** Null, with an error, when it is no expression. */
    private static @Nullable InterfacePattern pattern(
            String text, Entry rule, String path, Diagnostics problems) {
        try {
            return InterfacePattern.compile(text);
        } catch (IllegalArgumentException e) {
            problems.error(
                    rule.keyPosition(),
                    path,
                    "config `%s` has invalid key: %s: %s".formatted(path, text, e.getMessage()));
            return null;
        }
    }
}
