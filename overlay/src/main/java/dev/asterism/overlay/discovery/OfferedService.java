package dev.asterism.overlay.discovery;

import dev.asterism.overlay.text.ServiceName;
import java.util.List;

/**
 * A service that a host offers to others through the lighthouse. A host may offer what a group of its certificate is
 * named for, and nothing else.
 *
 * @param name a {@link ServiceName}; also the name of the group that allows it
 * @param version may be empty
 * @param port of TCP on the host's overlay address
 * @param weight 1 to 1000; twice as much gets twice as many requests
 * @param healthy by the host's own check
 */
public record OfferedService(String name, String version, int port, int weight, boolean healthy) {

    public OfferedService {
        if (!ServiceName.isName(name)
                || !ServiceName.isVersion(version)
                || port < 1
                || port > 65_535
                || weight < 1
                || weight > ServiceName.MAX_WEIGHT) {
            throw new IllegalArgumentException("not a service that can be offered");
        }
    }

    /** The one rule of who may offer what. */
    public static boolean mayOffer(List<String> groups, String service) {
        return groups.contains(service);
    }

    public OfferedService withHealth(boolean now) {
        return new OfferedService(name, version, port, weight, now);
    }
}
