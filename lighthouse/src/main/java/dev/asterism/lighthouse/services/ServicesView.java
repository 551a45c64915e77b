package dev.asterism.lighthouse.services;

import dev.asterism.overlay.discovery.OfferedService;
import dev.asterism.overlay.net.Ip;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What this node knows of advertised services at a moment. Immutable, safe on any thread.
 *
 * @param own what this node offers
 * @param wanted of each service that this node asks for, who offers it
 * @param fallback why the groups of live peers count instead; empty: they do not
 */
public record ServicesView(
        List<Own> own,
        List<LighthouseState> lighthouses,
        Map<String, Wanted> wanted,
        String fallback) {

    public static final ServicesView NOTHING =
            new ServicesView(List.of(), List.of(), Collections.emptyMap(), "");

    public ServicesView {
        own = List.copyOf(own);
        lighthouses = List.copyOf(lighthouses);
        wanted = Collections.unmodifiableMap(new LinkedHashMap<>(wanted));
    }

    /**
     * A service of this node.
     *
     * @param allowed whether a group of this node's certificate is named for it
     * @param takenBy addresses of the lighthouses that go by it at the moment
     * @param refused by a lighthouse, as {@code 10.42.0.1: its certificate has no group of that name}
     */
    public record Own(
            OfferedService service, boolean allowed, List<String> takenBy, List<String> refused) {}

    /** What a lighthouse does for services. */
    public enum Role {
        /** It answers. */
        TELLS,
        /** It takes part, and has not answered lately. */
        SILENT,
        /** It does not know of services, as a stock one. */
        STOCK,
        /** There is no tunnel to it. */
        AWAY
    }

    /** A lighthouse of this node, or the node itself. */
    public record LighthouseState(Ip address, Role role) {}

    /**
     * Who offers a service.
     *
     * @param known whether a lighthouse has ever told of it; false: groups count, or nothing yet
     * @param lastGood no lighthouse tells at the moment: these are from before
     */
    public record Wanted(boolean known, boolean lastGood, List<Endpoint> endpoints) {}

    /** Whether a caller may use an entry. */
    public enum Verdict {
        USABLE,
        /** Its own check fails. */
        UNHEALTHY,
        WITHDRAWN,
        /** Nobody knows its certificate yet; a tunnel is on its way. */
        NO_TUNNEL,
        /** Its certificate has no group of the service's name. */
        REFUSED
    }

    /** A host that offers a service, as this node judges it. */
    public record Endpoint(ServiceEntry entry, Verdict verdict) {}
}
