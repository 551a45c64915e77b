package dev.asterism.overlay.packet;

import static dev.asterism.overlay.packet.BigEndian.i32;
import static dev.asterism.overlay.packet.BigEndian.i64;
import static dev.asterism.overlay.packet.BigEndian.put16;
import static dev.asterism.overlay.packet.BigEndian.put32;
import static dev.asterism.overlay.packet.BigEndian.put64;
import static dev.asterism.overlay.packet.BigEndian.put8;
import static dev.asterism.overlay.packet.BigEndian.u16;
import static dev.asterism.overlay.packet.BigEndian.u8;

import java.lang.foreign.MemorySegment;

/**
 * Answers pings for a node without a device (spec behaviour.md 5.4). IPv4 with a plain 20-byte header, IPv6
 * without extension headers, neither fragmented. Allocates nothing.
 */
public final class EchoReply {

    private static final int MIN_ICMP_BYTES = 8;
    private static final int MAX_BYTES = 9001;
    private static final int MORE_FRAGMENTS_OR_OFFSET = 0x3FFF;

    private EchoReply() {}

    /**
     * Turns the echo request into its reply where it lies. Returns false, and leaves the packet alone, when it
     * is none.
     */
    public static boolean turnAround(MemorySegment packet, long at, int length) {
        if (length < IpPacket.IPV4_HEADER_BYTES + MIN_ICMP_BYTES || length > MAX_BYTES) {
            return false;
        }
        return switch (IpPacket.version(packet, at)) {
            case 4 -> turnIpv4(packet, at, length);
            case 6 -> turnIpv6(packet, at, length);
            default -> false;
        };
    }

    private static boolean turnIpv4(MemorySegment packet, long at, int length) {
        long icmp = at + IpPacket.IPV4_HEADER_BYTES;
        boolean request =
                u8(packet, at) == 0x45
                        && u8(packet, at + IpPacket.IPV4_PROTOCOL) == IpPacket.PROTOCOL_ICMP
                        && (u16(packet, at + IpPacket.IPV4_FRAGMENT) & MORE_FRAGMENTS_OR_OFFSET)
                                == 0
                        && u16(packet, icmp) == 8 << 8;
        if (!request) {
            return false;
        }
        int source = i32(packet, at + IpPacket.IPV4_SOURCE);
        put32(packet, at + IpPacket.IPV4_SOURCE, i32(packet, at + IpPacket.IPV4_DESTINATION));
        put32(packet, at + IpPacket.IPV4_DESTINATION, source);
        put8(packet, at + IpPacket.IPV4_TTL, 64);
        put16(packet, at + IpPacket.IPV4_CHECKSUM, 0);
        int headerSum = Checksum.sum(packet, at, IpPacket.IPV4_HEADER_BYTES);
        put16(packet, at + IpPacket.IPV4_CHECKSUM, Checksum.finish(headerSum));
        put32(packet, icmp, 0);
        int sum = Checksum.sum(packet, icmp, length - IpPacket.IPV4_HEADER_BYTES);
        put16(packet, icmp + 2, Checksum.finish(sum));
        return true;
    }

    private static boolean turnIpv6(MemorySegment packet, long at, int length) {
        long icmp = at + IpPacket.IPV6_HEADER_BYTES;
        boolean request =
                length >= IpPacket.IPV6_HEADER_BYTES + MIN_ICMP_BYTES
                        && u8(packet, at + IpPacket.IPV6_NEXT_HEADER) == IpPacket.PROTOCOL_ICMPV6
                        && u16(packet, icmp) == 128 << 8;
        if (!request) {
            return false;
        }
        for (int word = 0; word < 16; word += 8) {
            long source = i64(packet, at + IpPacket.IPV6_SOURCE + word);
            put64(
                    packet,
                    at + IpPacket.IPV6_SOURCE + word,
                    i64(packet, at + IpPacket.IPV6_DESTINATION + word));
            put64(packet, at + IpPacket.IPV6_DESTINATION + word, source);
        }
        put8(packet, at + IpPacket.IPV6_HOP_LIMIT, 64);
        put8(packet, icmp, 129);
        put16(
                packet,
                icmp + 2,
                Checksum.transport(
                        packet,
                        at,
                        IpPacket.IPV6_HEADER_BYTES,
                        length,
                        IpPacket.PROTOCOL_ICMPV6,
                        2));
        return true;
    }
}
