package dev.asterism.overlay.route;

import dev.asterism.overlay.config.OverlayConfig.UnsafeRoute;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.PrefixTable;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Routes to networks behind peers, longest prefix first (spec behaviour.md 5.2). Immutable; look-ups allocate
 * nothing.
 */
public final class RouteTable {

    public static final RouteTable EMPTY = new RouteTable(List.of());

    private final PrefixTable<Gateways> routes = new PrefixTable<>();

    private RouteTable(List<UnsafeRoute> routes) {
        for (UnsafeRoute route : routes) {
            this.routes.put(route.route().masked(), new Gateways(route.via()));
        }
    }

    /** Of a network that stands there twice, the last one's gateways count. */
    public static RouteTable of(List<UnsafeRoute> routes) {
        return routes.isEmpty() ? EMPTY : new RouteTable(routes);
    }

    /** Gateways of the longest route that covers the address (two words of its 128-bit form), or null. */
    public @Nullable Gateways lookup(long hi, long lo) {
        return routes.isEmpty() ? null : routes.longestMatch(hi, lo);
    }

    public int size() {
        return routes.size();
    }

    public void forEach(BiConsumer<Cidr, Gateways> visitor) {
        routes.forEach(visitor);
    }
}
