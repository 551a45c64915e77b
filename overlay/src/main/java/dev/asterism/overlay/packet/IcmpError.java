package dev.asterism.overlay.packet;

import static dev.asterism.overlay.packet.BigEndian.i32;
import static dev.asterism.overlay.packet.BigEndian.put16;
import static dev.asterism.overlay.packet.BigEndian.put32;
import static dev.asterism.overlay.packet.BigEndian.put8;
import static dev.asterism.overlay.packet.BigEndian.u8;

import java.lang.foreign.MemorySegment;

/**
 * Writes ICMP errors about a packet, from its destination to its source, with the beginning of the
 * packet behind them (RFC 792, RFC 4443 2.4). Allocates nothing; the target must not overlap the
 * packet.
 */
final class IcmpError {

    /** Room that every error fits into. */
    static final int MAX_BYTES = 40 + 8 + 1000;

    private static final int HEADER_BYTES = 8;
    private static final int MAX_QUOTED_IPV6 = 1000;

    private IcmpError() {}

    /** Whether the packet is an ICMP error itself, or ICMP cut so short that it may be one: nothing answers these. */
    static boolean isItself(MemorySegment packet, long at, int length) {
        int offset = IpPacket.transportOffset(packet, at, length);
        int protocol = IpPacket.transportProtocol(packet, at, length);
        boolean ipv4 = IpPacket.version(packet, at) == 4;
        if (protocol != (ipv4 ? IpPacket.PROTOCOL_ICMP : IpPacket.PROTOCOL_ICMPV6)) {
            return false;
        }
        if (offset < 0 || length <= offset) {
            return true;
        }
        int type = u8(packet, at + offset);
        return ipv4 ? IcmpQuote.isIpv4Error(type) : IcmpQuote.isIpv6Error(type);
    }

    /**
     * Returns the length of what was written.
     *
     * @param typeAndCode of ICMP or ICMPv6, after the packet's own version
     * @param rest the second word of the error's header
     */
    static int write(
            MemorySegment packet,
            long at,
            int length,
            int typeAndCode,
            int rest,
            MemorySegment target,
            long to) {
        boolean ipv4 = IpPacket.version(packet, at) == 4;
        int most = ipv4 ? (u8(packet, at) & 0xF) * 4 + 8 : MAX_QUOTED_IPV6;
        int quoted = Math.min(length, most);
        int protocol = ipv4 ? IpPacket.PROTOCOL_ICMP : IpPacket.PROTOCOL_ICMPV6;
        int transportLength = HEADER_BYTES + quoted;
        int header = writeIpHeader(packet, at, target, to, transportLength, protocol);
        long icmp = to + header;
        put16(target, icmp, typeAndCode);
        put16(target, icmp + 2, 0);
        put32(target, icmp + 4, rest);
        MemorySegment.copy(packet, at, target, icmp + HEADER_BYTES, quoted);
        int total = header + transportLength;
        int checksum =
                ipv4
                        ? Checksum.finish(Checksum.sum(target, icmp, transportLength))
                        : Checksum.transport(target, to, header, total, protocol, 2);
        put16(target, icmp + 2, checksum);
        return total;
    }

    /** A header without options from the packet's destination to its source; returns its length. */
    static int writeIpHeader(
            MemorySegment packet,
            long at,
            MemorySegment target,
            long to,
            int transportLength,
            int protocol) {
        if (IpPacket.version(packet, at) == 4) {
            put16(target, to, 0x4500);
            put16(
                    target,
                    to + IpPacket.IPV4_TOTAL_LENGTH,
                    IpPacket.IPV4_HEADER_BYTES + transportLength);
            put32(target, to + IpPacket.IPV4_ID, 0);
            put8(target, to + IpPacket.IPV4_TTL, 64);
            put8(target, to + IpPacket.IPV4_PROTOCOL, protocol);
            put16(target, to + IpPacket.IPV4_CHECKSUM, 0);
            put32(target, to + IpPacket.IPV4_SOURCE, i32(packet, at + IpPacket.IPV4_DESTINATION));
            put32(target, to + IpPacket.IPV4_DESTINATION, i32(packet, at + IpPacket.IPV4_SOURCE));
            int sum = Checksum.sum(target, to, IpPacket.IPV4_HEADER_BYTES);
            put16(target, to + IpPacket.IPV4_CHECKSUM, Checksum.finish(sum));
            return IpPacket.IPV4_HEADER_BYTES;
        }
        put32(target, to, 0x6000_0000);
        put16(target, to + IpPacket.IPV6_PAYLOAD_LENGTH, transportLength);
        put8(target, to + IpPacket.IPV6_NEXT_HEADER, protocol);
        put8(target, to + IpPacket.IPV6_HOP_LIMIT, 64);
        MemorySegment.copy(
                packet, at + IpPacket.IPV6_DESTINATION, target, to + IpPacket.IPV6_SOURCE, 16);
        MemorySegment.copy(
                packet, at + IpPacket.IPV6_SOURCE, target, to + IpPacket.IPV6_DESTINATION, 16);
        return IpPacket.IPV6_HEADER_BYTES;
    }
}
