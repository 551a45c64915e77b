package dev.asterism.overlay.packet;

import static dev.asterism.overlay.packet.BigEndian.i32;
import static dev.asterism.overlay.packet.BigEndian.put16;
import static dev.asterism.overlay.packet.BigEndian.put32;
import static dev.asterism.overlay.packet.BigEndian.put8;
import static dev.asterism.overlay.packet.BigEndian.u16;
import static dev.asterism.overlay.packet.BigEndian.u8;

import java.lang.foreign.MemorySegment;

/**
 * The answer to a refused packet (spec behaviour.md 4.6): a TCP reset, or "administratively
 * prohibited" by ICMP 3/13 or ICMPv6 1/1. Beyond the spec, nothing answers a reset (two rejecting
 * nodes would answer each other indefinitely) or a packet to a multicast address (RFC 1122 3.2.2).
 * Allocates nothing; the target must not overlap the packet.
 */
public final class RejectPacket {

    /** Room that every answer fits into. */
    public static final int MAX_BYTES = 40 + 8 + 1000;

    private static final int TCP_HEADER_BYTES = 20;
    private static final int TCP_CHECKSUM = 16;
    private static final int ICMP_HEADER_BYTES = 8;
    private static final int MAX_QUOTED_IPV6 = 1000;

    private static final int FIN = 1;
    private static final int SYN = 2;
    private static final int RST = 4;
    private static final int ACK = 16;

    private RejectPacket() {}

    /** Writes the answer to {@code target}; returns its length, or 0 when there is to be none. */
    public static int write(
            MemorySegment packet, long at, int length, MemorySegment target, long to) {
        int offset = IpPacket.transportOffset(packet, at, length);
        if (offset < 0
                || IpPacket.isMulticast(
                        IpPacket.destinationHi(packet, at), IpPacket.destinationLo(packet, at))) {
            return 0;
        }
        int protocol = IpPacket.transportProtocol(packet, at, length);
        boolean ipv4 = IpPacket.version(packet, at) == 4;
        if (protocol == IpPacket.PROTOCOL_TCP) {
            return writeReset(packet, at, length, offset, target, to);
        }
        if (ipv4) {
            boolean answersError =
                    protocol == IpPacket.PROTOCOL_ICMP
                            && (length <= offset || IcmpQuote.isIpv4Error(u8(packet, at + offset)));
            return answersError ? 0 : writeIcmp(packet, at, length, target, to);
        }
        boolean answersError =
                protocol == IpPacket.PROTOCOL_ICMPV6
                        && (length <= offset || IcmpQuote.isIpv6Error(u8(packet, at + offset)));
        return answersError ? 0 : writeIcmpv6(packet, at, length, target, to);
    }

    private static int writeReset(
            MemorySegment packet, long at, int length, int offset, MemorySegment target, long to) {
        long tcp = at + offset;
        int rest = length - offset;
        if (rest < TCP_HEADER_BYTES) {
            return 0;
        }
        int flags = u8(packet, tcp + 13);
        if ((flags & RST) != 0) {
            return 0;
        }
        int header = writeIpHeader(packet, at, target, to, TCP_HEADER_BYTES, IpPacket.PROTOCOL_TCP);
        long reset = to + header;
        put16(target, reset, u16(packet, tcp + 2));
        put16(target, reset + 2, u16(packet, tcp));
        boolean acknowledged = (flags & ACK) != 0;
        int data = Math.max(0, rest - (u8(packet, tcp + 12) >>> 4) * 4);
        int next = i32(packet, tcp + 4) + data + (flags & FIN) + ((flags & SYN) >>> 1);
        put32(target, reset + 4, acknowledged ? i32(packet, tcp + 8) : 0);
        put32(target, reset + 8, acknowledged ? 0 : next);
        put8(target, reset + 12, TCP_HEADER_BYTES / 4 << 4);
        put8(target, reset + 13, acknowledged ? RST : RST | ACK);
        put32(target, reset + 14, 0);
        put16(target, reset + 18, 0);
        int total = header + TCP_HEADER_BYTES;
        put16(
                target,
                reset + TCP_CHECKSUM,
                Checksum.transport(target, to, header, total, IpPacket.PROTOCOL_TCP, TCP_CHECKSUM));
        return total;
    }

    private static int writeIcmp(
            MemorySegment packet, long at, int length, MemorySegment target, long to) {
        int quoted = Math.min(length, (u8(packet, at) & 0xF) * 4 + 8);
        int transportLength = ICMP_HEADER_BYTES + quoted;
        int header = writeIpHeader(packet, at, target, to, transportLength, IpPacket.PROTOCOL_ICMP);
        long icmp = to + header;
        writeUnreachable(packet, at, quoted, target, icmp, 3 << 8 | 13);
        put16(target, icmp + 2, Checksum.finish(Checksum.sum(target, icmp, transportLength)));
        return header + transportLength;
    }

    private static int writeIcmpv6(
            MemorySegment packet, long at, int length, MemorySegment target, long to) {
        int quoted = Math.min(length, MAX_QUOTED_IPV6);
        int transportLength = ICMP_HEADER_BYTES + quoted;
        int header =
                writeIpHeader(packet, at, target, to, transportLength, IpPacket.PROTOCOL_ICMPV6);
        long icmp = to + header;
        writeUnreachable(packet, at, quoted, target, icmp, 1 << 8 | 1);
        int total = header + transportLength;
        put16(
                target,
                icmp + 2,
                Checksum.transport(target, to, header, total, IpPacket.PROTOCOL_ICMPV6, 2));
        return total;
    }

    private static void writeUnreachable(
            MemorySegment packet,
            long at,
            int quoted,
            MemorySegment target,
            long icmp,
            int typeAndCode) {
        put16(target, icmp, typeAndCode);
        put16(target, icmp + 2, 0);
        put32(target, icmp + 4, 0);
        MemorySegment.copy(packet, at, target, icmp + ICMP_HEADER_BYTES, quoted);
    }

    /** A header without options from the packet's destination to its source; returns its length. */
    private static int writeIpHeader(
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
