package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import dev.asterism.overlay.config.FirewallRule.Network;
import dev.asterism.overlay.config.FirewallRule.Protocol;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses one firewall rule. Every field is read by its string form (spec behaviour.md 4.4). */
final class RuleReader {

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

    /** Null, with an error, when the rule is refused. */
    @Nullable FirewallRule read() {
        List<String> groups = new RuleGroups(map, this).read();
        String port = port();
        String proto = text("proto");
        Protocol protocol = Protocol.parse(proto);
        String host = text("host");
        Network cidr = network("cidr");
        Network localCidr = network("local_cidr");
        String caName = text("ca_name");
        String caSha = text("ca_sha");
        boolean named =
                !groups.isEmpty()
                        || !host.isEmpty()
                        || isGiven(cidr)
                        || isGiven(localCidr)
                        || !caName.isEmpty()
                        || !caSha.isEmpty();
        if (!named && !refused) {
            host = hostOfUnnamed();
        }
        if (protocol == null) {
            error(position("proto"), "proto was not understood; `%s`".formatted(proto));
        }
        PortRange ports = protocol == null ? null : ports(port, protocol);
        if (refused || ports == null || protocol == null || cidr == null || localCidr == null) {
            return null;
        }
        FirewallRule rule =
                new FirewallRule(
                        map.position(),
                        ports,
                        protocol,
                        host,
                        groups,
                        cidr,
                        localCidr,
                        caName,
                        caSha);
        String doubt = RuleLint.find(rule);
        if (doubt != null) {
            notice(map.position(), doubt);
        }
        return rule;
    }

    private static boolean isGiven(@Nullable Network network) {
        return network == null || network.isGiven();
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

    private @Nullable PortRange ports(String text, Protocol protocol) {
        String key = map.get("port") == null && map.get("code") != null ? "code" : "port";
        if (protocol != Protocol.ICMP) {
            return PortRange.parse(key, text, what -> error(position(key), what));
        }
        // "any" names no port, and Nebula before 1.11 demands it.
        if (!text.isEmpty() && !text.equals(FirewallRule.ANY)) {
            notice(position(key), "ignoring port specification for ICMP firewall rule");
        }
        return PortRange.ANY;
    }

    /** The host of a rule that names nothing: Nebula reads null as a name. */
    private String hostOfUnnamed() {
        if (isNull("host") || isNull("ca_name") || isNull("ca_sha")) {
            String used = "the rule admits only a host named " + NIL;
            doubt(map.position(), "host, ca_name or ca_sha is null", used);
            return NIL;
        }
        error(
                map.position(),
                "at least one of host, group, cidr, local_cidr, ca_name, or ca_sha must be"
                        + " provided");
        return "";
    }

    private boolean isNull(String key) {
        return map.get(key) instanceof ScalarNode scalar && scalar.isNull();
    }

    private SourcePosition position(String key) {
        ConfigNode node = map.get(key);
        return node == null ? map.position() : node.position();
    }

    /** Null, with an error, when it is none. */
    private @Nullable Network network(String key) {
        String text = text(key);
        Network network = Network.parse(text);
        if (network == null) {
            error(position(key), "%s did not parse; `%s` is no CIDR".formatted(key, text));
        }
        return network;
    }
}
