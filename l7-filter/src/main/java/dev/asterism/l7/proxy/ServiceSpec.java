package dev.asterism.l7.proxy;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.health.OfferSpec;
import dev.asterism.l7.pool.PoolSpec;
import dev.asterism.l7.route.RouteSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * A service as a file says it, of either direction. An inbound one has one pool, {@link #DEFAULT_POOL}, with the
 * application's address.
 *
 * @param hosts by which an explicit listener finds it, in lower case and without a port; an outbound service answers
 *     to its name and its name with {@code .mesh} in any case
 * @param port on the overlay
 * @param pools by name; the first is where requests go that no route sends elsewhere
 * @param traffic what routes do not set by themselves
 * @param ofRoutes what {@link RouteSpec#policy} points into
 * @param rules of the whole service
 * @param offer what a service of this node tells others of itself
 * @param source where it stands: {@code config.yml:12}
 */
public record ServiceSpec(
        String name,
        ServiceSide direction,
        List<String> hosts,
        int port,
        SequencedMap<String, PoolSpec> pools,
        UpstreamPolicy upstream,
        TrafficPolicy traffic,
        List<TrafficPolicy> ofRoutes,
        List<RouteSpec> routes,
        AuthzSpec rules,
        OfferSpec offer,
        String source) {

    public static final String DEFAULT_POOL = "default";

    public ServiceSpec {
        hosts = List.copyOf(hosts);
        pools = new LinkedHashMap<>(pools);
        ofRoutes = List.copyOf(ofRoutes);
        routes = List.copyOf(routes);
    }

    /** One that is not offered to others. */
    public ServiceSpec(
            String name,
            ServiceSide direction,
            List<String> hosts,
            int port,
            SequencedMap<String, PoolSpec> pools,
            UpstreamPolicy upstream,
            TrafficPolicy traffic,
            List<TrafficPolicy> ofRoutes,
            List<RouteSpec> routes,
            AuthzSpec rules,
            String source) {
        this(
                name,
                direction,
                hosts,
                port,
                pools,
                upstream,
                traffic,
                ofRoutes,
                routes,
                rules,
                OfferSpec.NONE,
                source);
    }
}
