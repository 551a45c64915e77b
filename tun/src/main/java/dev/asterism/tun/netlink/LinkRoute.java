package dev.asterism.tun.netlink;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import org.jspecify.annotations.Nullable;

/**
 * A route straight out of one link, scope link.
 *
 * @param origin who the routing table names as its maker
 * @param source preferred source address, null to leave the choice to the kernel
 * @param mtu bytes, 0 for the link's
 * @param advertisedMss bytes, 0 for the kernel's choice
 * @param metric 0 for the family's default
 */
public record LinkRoute(
        Cidr network, Origin origin, @Nullable Ip source, int mtu, int advertisedMss, int metric) {

    /** The same with another metric. */
    public LinkRoute withMetric(int other) {
        return new LinkRoute(network, origin, source, mtu, advertisedMss, other);
    }

    /** rtm_protocol. */
    public enum Origin {
        /** Came with an address. */
        CONNECTED(2),
        /** Was configured. */
        CONFIGURED(3);

        final int protocol;

        Origin(int protocol) {
            this.protocol = protocol;
        }
    }
}
