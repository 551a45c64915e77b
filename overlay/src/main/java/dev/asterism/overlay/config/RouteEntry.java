package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.ListNode;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import dev.asterism.overlay.config.OverlayConfig.Gateway;
import dev.asterism.overlay.config.OverlayConfig.Route;
import dev.asterism.overlay.config.OverlayConfig.UnsafeRoute;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One item of {@code tun.routes} or {@code tun.unsafe_routes}; messages name the entry from 1 (spec behaviour.md
 * 5.2).
 */
final class RouteEntry {

    private static final int MIN_MTU = 500;
    private static final int ABSENT = -1;

    /** An address that no peer can have: what is sent there is dropped. */
    private static final Gateway NOWHERE = new Gateway(Ip.of("0.0.0.0"), 1);

    private final MapNode map;
    private final String list;
    private final int index;
    private final KeyTree keys;
    private final Diagnostics problems;

    /**
     * @param keys known of an entry
     */
    RouteEntry(MapNode map, String list, int index, KeyTree keys, Diagnostics problems) {
        this.map = map;
        this.list = list;
        this.index = index;
        this.keys = keys;
        this.problems = problems;
    }

    @Nullable Route route() {
        Cidr cidr = cidr();
        int mtu = mtu();
        if (mtu == ABSENT) {
            error("mtu", map.position(), "is not present");
        } else if (mtu < MIN_MTU) {
            error("mtu", map.position(), "is below %d: %d".formatted(MIN_MTU, mtu));
        }
        return cidr == null ? null : new Route(cidr, capped(mtu));
    }

    @Nullable UnsafeRoute unsafeRoute() {
        Cidr cidr = cidr();
        int mtu = mtu();
        if (mtu != ABSENT && mtu != 0 && mtu < MIN_MTU) {
            error("mtu", map.position(), "is below %d: %d".formatted(MIN_MTU, mtu));
        }
        int metric = metric();
        List<Gateway> via = via();
        boolean install = install();
        return cidr == null
                ? null
                : new UnsafeRoute(cidr, via, capped(Math.max(0, mtu)), metric, install);
    }

    void notice(String message) {
        problems.notice(map.position(), path(""), message);
    }

    private int capped(int mtu) {
        if (mtu > TunReader.MAX_MTU) {
            notice(
                    "route mtu %d is too big for the underlay to carry, it is capped to %d"
                            .formatted(mtu, TunReader.MAX_MTU));
        }
        return Math.min(mtu, TunReader.MAX_MTU);
    }

    private @Nullable Cidr cidr() {
        ConfigNode node = node("route");
        if (node == null) {
            error("route", map.position(), "is not present");
            return null;
        }
        Cidr cidr = node instanceof ScalarNode scalar ? Cidr.parse(scalar.text()) : null;
        if (cidr == null) {
            error("route", node.position(), "failed to parse: " + shown(node));
            return null;
        }
        return cidr.masked();
    }

    private int mtu() {
        return number("mtu");
    }

    private int metric() {
        int metric = number("metric");
        return metric == ABSENT ? (int) keys.rowOf("metric").numberByDefault() : metric;
    }

    /** {@link #ABSENT} when there is none or it is wrong, which is an error. */
    private int number(String key) {
        ConfigNode node = node(key);
        if (node == null) {
            return ABSENT;
        }
        Long value = node instanceof ScalarNode scalar ? whole(scalar) : null;
        if (value == null) {
            error(key, node.position(), "is not an integer: " + shown(node));
            return 0;
        }
        if (value < 0 || value > Integer.MAX_VALUE) {
            error(key, node.position(), "is not in range (0-2147483647) : %d".formatted(value));
            return 0;
        }
        return value.intValue();
    }

    /** Only YAML integers and strings of digits; floats are refused (behaviour.md 5.2). */
    private static @Nullable Long whole(ScalarNode scalar) {
        boolean fit = scalar.kind() == ScalarKind.INTEGER || scalar.kind() == ScalarKind.STRING;
        return fit ? Scalars.number(scalar.canonical()) : null;
    }

    private boolean install() {
        ConfigNode node = node("install");
        boolean byDefault = keys.rowOf("install").flagByDefault();
        if (node == null) {
            return byDefault;
        }
        Boolean value = node instanceof ScalarNode scalar ? goBool(scalar.canonical()) : null;
        if (value == null) {
            error("install", node.position(), "is not a boolean: " + shown(node));
            return byDefault;
        }
        return value;
    }

    /** The words of Go's ParseBool; yes and no are not among them. */
    private static @Nullable Boolean goBool(String text) {
        return switch (text) {
            case "1", "t", "T", "true", "TRUE", "True" -> Boolean.TRUE;
            case "0", "f", "F", "false", "FALSE", "False" -> Boolean.FALSE;
            default -> null;
        };
    }

    private List<Gateway> via() {
        ConfigNode node = node("via");
        List<Gateway> gateways = new ArrayList<>();
        switch (node) {
            case null -> error("via", map.position(), "is not present");
            case ScalarNode scalar when scalar.kind() == ScalarKind.STRING -> {
                Ip gateway = address(scalar, "via");
                if (gateway != null) {
                    gateways.add(new Gateway(gateway, weightByDefault()));
                }
            }
            case ListNode nodes -> readGateways(nodes, gateways);
            case ScalarNode scalar -> wrongVia(scalar);
            case MapNode inner -> wrongVia(inner);
        }
        return List.copyOf(gateways);
    }

    private void wrongVia(ConfigNode node) {
        error(
                "via",
                node.position(),
                "is not a string or list of gateways: found " + node.kindName());
    }

    private void readGateways(ListNode list, List<Gateway> into) {
        if (list.items().isEmpty()) {
            problems.doubt(
                    list.position(),
                    path(".via"),
                    "entry %d.via in %s is empty".formatted(index + 1, this.list),
                    "",
                    "its packets are dropped");
            into.add(NOWHERE);
        }
        for (int i = 0; i < list.items().size(); i++) {
            ConfigNode item = list.items().get(i);
            if (item instanceof MapNode gateway) {
                readGateway(gateway, i, into);
            } else {
                gatewayError(item, i, "", "is not a map with gateway and weight");
            }
        }
    }

    private void readGateway(MapNode gateway, int at, List<Gateway> into) {
        int weight = weight(gateway, at);
        ConfigNode node = gateway.get("gateway");
        if (!(node instanceof ScalarNode scalar) || scalar.isNull()) {
            gatewayError(gateway, at, ".gateway", "is not present");
            return;
        }
        Ip ip = Ip.parse(scalar.text());
        if (ip == null) {
            gatewayError(scalar, at, ".gateway", "failed to parse address: " + scalar.text());
        } else {
            into.add(new Gateway(ip, weight));
        }
    }

    private int weightByDefault() {
        KeyTree via = keys.child("via");
        KeyTree gateway = via == null ? null : via.item();
        return (int) Objects.requireNonNull(gateway).rowOf("weight").numberByDefault();
    }

    private int weight(MapNode gateway, int at) {
        ConfigNode node = gateway.get("weight");
        if (node == null || node instanceof ScalarNode none && none.isNull()) {
            return weightByDefault();
        }
        Long weight = node instanceof ScalarNode scalar ? whole(scalar) : null;
        if (weight == null) {
            gatewayError(node, at, ".weight", "is not an integer");
            return weightByDefault();
        }
        if (weight < 1 || weight > Integer.MAX_VALUE) {
            gatewayError(
                    node, at, ".weight", "is not in range (1-2147483647) : %d".formatted(weight));
            return weightByDefault();
        }
        return weight.intValue();
    }

    private void gatewayError(ConfigNode node, int at, String field, String what) {
        problems.error(
                node.position(),
                path(".via[" + at + "]" + field),
                "entry %s in %s[%d].via[%d] %s".formatted(field, list, index + 1, at + 1, what));
    }

    private @Nullable Ip address(ScalarNode scalar, String key) {
        Ip ip = Ip.parse(scalar.text());
        if (ip == null) {
            error(key, scalar.position(), "failed to parse address: " + scalar.text());
        }
        return ip;
    }

    private @Nullable ConfigNode node(String key) {
        ConfigNode node = map.get(key);
        return node instanceof ScalarNode scalar && scalar.isNull() ? null : node;
    }

    private static String shown(ConfigNode node) {
        return node instanceof ScalarNode scalar ? scalar.text() : "a " + node.kindName();
    }

    private void error(String field, SourcePosition position, String what) {
        problems.error(
                position,
                path("." + field),
                "entry %d.%s in %s %s".formatted(index + 1, field, list, what));
    }

    private String path(String rest) {
        return list + "[" + index + "]" + rest;
    }
}
