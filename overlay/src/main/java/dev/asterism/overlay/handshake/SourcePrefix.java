package dev.asterism.overlay.handshake;

import dev.asterism.overlay.net.Ip;

/**
 * What budgets count a source by: /24 for IPv4, /48 for IPv6. Single addresses are free to invent;
 * a site has about one such prefix, whatever its provider hands out inside it.
 */
final class SourcePrefix {

    private SourcePrefix() {}

    static Ip of(Ip address) {
        return address.isIpv4()
                ? Ip.ofIpv4(address.ipv4() & 0xFFFFFF00)
                : new Ip(address.hi() & 0xFFFF_FFFF_FFFF_0000L, 0);
    }
}
