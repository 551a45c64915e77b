package dev.asterism.overlay.packet;

/** What {@link IpPacket} says of a packet: well-formed, or the way in which it is not. */
public enum PacketFault {
    NONE("well-formed"),
    EMPTY("packet is empty"),
    UNKNOWN_VERSION("packet is neither IPv4 nor IPv6"),
    IPV4_TOO_SHORT("packet is shorter than an IPv4 header"),
    IPV4_BAD_HEADER_LENGTH("IPv4 header length is below 20 bytes"),
    IPV4_TRUNCATED("packet ends inside the IPv4 header or the transport protocol's first bytes"),
    IPV6_TOO_SHORT("packet is shorter than an IPv6 header"),
    IPV6_TRUNCATED(
            "packet ends inside an extension header or the transport protocol's first bytes"),
    IPV6_TOO_MANY_EXTENSIONS("packet has more than 7 IPv6 extension headers"),
    IPV6_MAPPED_ADDRESS("IPv6 packet has an IPv4-mapped address (::ffff:0:0/96)");

    private final String description;

    PacketFault(String description) {
        this.description = description;
    }

    public boolean malformed() {
        return this != NONE;
    }

    public String description() {
        return description;
    }
}
