package dev.asterism.sim;

import java.time.Duration;

/**
 * What a NAT does, in the terms of RFC 4787.
 *
 * @param expiry of a permission (internal endpoint, far endpoint) since the last packet out; packets in do
 *     not refresh it. A mapping lives as long as one of its permissions
 * @param hairpin whether inside hosts reach each other by the outside address
 */
public record NatBehaviour(
        Dependence mapping, Dependence filtering, Duration expiry, Ports ports, boolean hairpin) {

    /** How much of the far endpoint a mapping, or a filter, depends on (RFC 4787, 4.1 and 5). */
    public enum Dependence {
        ENDPOINT_INDEPENDENT,
        ADDRESS_DEPENDENT,
        ADDRESS_AND_PORT_DEPENDENT
    }

    /** Which outside port a mapping gets (RFC 4787, 4.2). */
    public enum Ports {
        /** The inside port while it is free, else the next free one. */
        PRESERVED,
        /** One after another. */
        SEQUENTIAL,
        RANDOM
    }

    /** Expiry 30 s, ports preserved, no hairpin. */
    public static NatBehaviour nat(Dependence mapping, Dependence filtering) {
        return new NatBehaviour(mapping, filtering, Duration.ofSeconds(30), Ports.PRESERVED, false);
    }

    public NatBehaviour expiringAfter(Duration value) {
        return new NatBehaviour(mapping, filtering, value, ports, hairpin);
    }

    public NatBehaviour withPorts(Ports value) {
        return new NatBehaviour(mapping, filtering, expiry, value, hairpin);
    }

    public NatBehaviour withHairpin() {
        return new NatBehaviour(mapping, filtering, expiry, ports, true);
    }

    boolean mapsPerDestination() {
        return mapping != Dependence.ENDPOINT_INDEPENDENT;
    }
}
