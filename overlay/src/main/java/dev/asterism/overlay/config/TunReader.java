package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.OverlayConfig.Route;
import dev.asterism.overlay.config.OverlayConfig.Tun;
import dev.asterism.overlay.config.OverlayConfig.UnsafeRoute;
import dev.asterism.overlay.net.Cidr;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** {@code tun}, without the checks that need the certificate's networks ({@link NetworkChecks}). */
final class TunReader {

    /** Bytes; what fits an outer datagram of 9000 with all headers. */
    static final int MAX_MTU = 8937;

    private static final int MIN_MTU = 68;
    private static final int LONGEST_NAME = 15;

    private TunReader() {}

    static Tun read(Section section) {
        return new Tun(
                section.bool("disabled"),
                dev(section),
                mtu(section),
                section.integer("tx_queue"),
                section.bool("drop_local_broadcast"),
                section.bool("drop_multicast"),
                routes(section),
                unsafeRoutes(section),
                section.bool("use_offloads"));
    }

    private static String dev(Section section) {
        String dev = section.text("dev");
        if (dev.indexOf('/') >= 0 || dev.indexOf(' ') >= 0) {
            section.error("dev", "`%s` is no device name: it has a / or a blank".formatted(dev));
        } else if (dev.length() > LONGEST_NAME) {
            String cut = dev.substring(0, LONGEST_NAME);
            section.doubt(
                    "dev",
                    "`%s` is no device name: it has more than 15 characters".formatted(dev),
                    "",
                    "`" + cut + "` is used");
            return cut;
        }
        return dev;
    }

    private static int mtu(Section section) {
        long mtu = section.whole("mtu");
        if (mtu > MAX_MTU) {
            section.notice(
                    "mtu",
                    "tun.mtu %d is too big for the underlay to carry, it is capped to %d"
                            .formatted(mtu, MAX_MTU));
        }
        if (mtu < MIN_MTU) {
            int byDefault = (int) section.row("mtu").numberByDefault();
            // Nebula tries it, logs the kernel's refusal and leaves the device at 1500.
            section.problems()
                    .doubt(
                            section.position("mtu"),
                            "tun.mtu",
                            "tun.mtu %d is below %d, the least of any device"
                                    .formatted(mtu, MIN_MTU),
                            "the default is " + byDefault);
            return byDefault;
        }
        return (int) Math.min(mtu, MAX_MTU);
    }

    private static List<Route> routes(Section section) {
        List<Route> routes = new ArrayList<>();
        for (RouteEntry entry : entries(section, "routes")) {
            Route route = entry.route();
            if (route != null) {
                routes.add(route);
            }
        }
        return List.copyOf(routes);
    }

    private static List<UnsafeRoute> unsafeRoutes(Section section) {
        List<UnsafeRoute> routes = new ArrayList<>();
        Set<Cidr> seen = new LinkedHashSet<>();
        for (RouteEntry entry : entries(section, "unsafe_routes")) {
            UnsafeRoute route = entry.unsafeRoute();
            if (route == null) {
                continue;
            }
            if (!seen.add(route.route())) {
                entry.notice(
                        "route %s is listed more than once, only the last entry's via is used"
                                .formatted(route.route()));
            }
            routes.add(route);
        }
        return List.copyOf(routes);
    }

    private static List<RouteEntry> entries(Section section, String key) {
        if (section.has(key) && !(section.node(key) instanceof ConfigNode.ListNode)) {
            section.error(key, "%s is not an array".formatted(section.path(key)));
            return List.of();
        }
        List<RouteEntry> entries = new ArrayList<>();
        List<ConfigNode> items = section.items(key);
        KeyTree keys = section.itemKeys(key);
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof MapNode map) {
                entries.add(new RouteEntry(map, section.path(key), i, keys, section.problems()));
            } else {
                section.problems()
                        .error(
                                items.get(i).position(),
                                section.path(key) + "[" + i + "]",
                                "entry %d in %s is invalid: it must be a map"
                                        .formatted(i + 1, section.path(key)));
            }
        }
        return entries;
    }
}
