package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import dev.asterism.overlay.config.OverlayConfig.RuleText;
import dev.asterism.overlay.net.Cidr;
import java.util.List;

/**
 * One firewall rule: every field in its string form, grammar checked (spec behaviour.md 4.4). What a rule means,
 * and doubts about it, are for the compiler in the firewall package.
 */
final class RuleReader {

    private static final String ANY = "any";
    private static final String NIL = "<nil>";

    private final MapNode map;
    private final String table;
    private final int index;
    private final Diagnostics problems;
    private boolean refused;

    RuleReader(MapNode map, String table, int index, Diagnostics problems) {
        this.map = map;
        this.table = table;
        this.index = index;
        this.problems = problems;
    }

    RuleText read() {
        List<String> groups = new RuleGroups(map, this).read();
        RuleText rule =
                new RuleText(
                        map.position(),
                        port(),
                        text("proto"),
                        text("host"),
                        groups,
                        text("cidr"),
                        text("local_cidr"),
                        text("ca_name"),
                        text("ca_sha"));
        rule = checkIdentity(rule);
        checkProtoAndPort(rule);
        checkCidr("cidr", rule.cidr());
        checkCidr("local_cidr", rule.localCidr());
        return rule;
    }

    void error(SourcePosition position, String what) {
        refused = true;
        String path = table + "[" + index + "]";
        problems.error(position, path, "%s rule #%d; %s".formatted(table, index, what));
    }

    private void doubt(SourcePosition position, String what, String used) {
        refused |= !problems.isLenient();
        String path = table + "[" + index + "]";
        problems.doubt(position, path, "%s rule #%d; %s".formatted(table, index, what), "", used);
    }

    void notice(SourcePosition position, String what) {
        String path = table + "[" + index + "]";
        problems.notice(position, path, "%s rule #%d; %s".formatted(table, index, what));
    }

    /** Empty when absent or null. */
    private String text(String key) {
        ConfigNode node = map.get(key);
        if (node instanceof ScalarNode scalar) {
            return scalar.isNull() ? "" : scalar.canonical();
        }
        if (node == null) {
            return "";
        }
        // Such a name matches no certificate; as port, proto or CIDR it is refused.
        String text = GoText.of(node);
        doubt(
                node.position(),
                "%s must be a single value, not a %s".formatted(key, node.kindName()),
                "it reads as `" + text + "`");
        return problems.isLenient() ? text : "";
    }

    private String port() {
        String port = text("port");
        String code = text("code");
        if (!code.isEmpty()) {
            if (!port.isEmpty()) {
                error(map.position(), "only one of port or code should be provided");
            }
            notice(
                    map.position(),
                    "code specified as [%s]; it is an old name of port: use port".formatted(code));
        }
        return port.isEmpty() ? code : port;
    }

    private RuleText checkIdentity(RuleText rule) {
        boolean none =
                rule.host().isEmpty()
                        && rule.groups().isEmpty()
                        && rule.cidr().isEmpty()
                        && rule.localCidr().isEmpty()
                        && rule.caName().isEmpty()
                        && rule.caSha().isEmpty();
        if (!none || refused) {
            return rule;
        }
        if (hasNullName()) {
            String used = "the rule admits only a host named " + NIL;
            doubt(map.position(), "host, ca_name or ca_sha is null", used);
            return named(rule, NIL);
        }
        error(
                map.position(),
                "at least one of host, group, cidr, local_cidr, ca_name, or ca_sha must be"
                        + " provided");
        return rule;
    }

    private static RuleText named(RuleText rule, String host) {
        return new RuleText(
                rule.position(),
                rule.port(),
                rule.proto(),
                host,
                rule.groups(),
                rule.cidr(),
                rule.localCidr(),
                rule.caName(),
                rule.caSha());
    }

    /** Nebula reads null as a name. */
    private boolean hasNullName() {
        return isNull("host") || isNull("ca_name") || isNull("ca_sha");
    }

    private boolean isNull(String key) {
        return map.get(key) instanceof ScalarNode scalar && scalar.isNull();
    }

    private void checkProtoAndPort(RuleText rule) {
        switch (rule.proto()) {
            case "any", "tcp", "udp" -> {
                String wrong = PortText.check(rule.port());
                if (wrong != null) {
                    error(position("port"), wrong);
                }
            }
            case "icmp" -> {}
            default ->
                    error(
                            position("proto"),
                            "proto was not understood; `%s`".formatted(rule.proto()));
        }
    }

    private SourcePosition position(String key) {
        ConfigNode node = map.get(key);
        return node == null ? map.position() : node.position();
    }

    private void checkCidr(String key, String text) {
        if (!text.isEmpty() && !text.equals(ANY) && Cidr.parse(text) == null) {
            error(position(key), "%s did not parse; `%s` is no CIDR".formatted(key, text));
        }
    }
}
