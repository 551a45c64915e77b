package dev.asterism.overlay.handshake;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.path.RelayLeg;

/**
 * What budgets count a source by: /24 for IPv4, /48 for IPv6. Single addresses are free to invent;
 * a site has about one such prefix, whatever its provider hands out inside it.
 */
final class SourcePrefix {

    private SourcePrefix() {}

    /**
     * Of whoever sends by that path. Behind a relay every peer would have the relay's own prefix and could use up the
     * share of all others, so there it is the overlay address that the relay vouches for.
     */
    static Ip of(Path from) {
        return switch (from) {
            case Path.Direct(UnderlayAddr address) -> of(address.ip());
            case Path.Relayed(RelayLeg leg) -> leg.peer();
        };
    }

    static Ip of(Ip address) {
        return address.isIpv4()
                ? Ip.ofIpv4(address.ipv4() & 0xFFFFFF00)
                : new Ip(address.hi() & 0xFFFF_FFFF_FFFF_0000L, 0);
    }
}
