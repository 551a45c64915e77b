package dev.asterism.overlay.packet.gso;

import static dev.asterism.overlay.packet.BigEndian.i32;
import static dev.asterism.overlay.packet.BigEndian.i64;
import static dev.asterism.overlay.packet.TransportHeader.ACK;
import static dev.asterism.overlay.packet.TransportHeader.PSH;
import static dev.asterism.overlay.packet.TransportHeader.TCP_HEADER_BYTES;
import static dev.asterism.overlay.packet.TransportHeader.UDP_HEADER_BYTES;

import dev.asterism.overlay.packet.Checksum;
import dev.asterism.overlay.packet.IpPacket;
import java.lang.foreign.MemorySegment;

/**
 * What decides whether a packet may be merged with another, read from its headers once, in as few
 * loads as possible: each costs as much as the comparison it serves. Words hold header bytes as
 * they stand, big-endian, with all that may differ between segments masked out. Belongs to a {@link
 * Coalescer}; allocates nothing.
 */
final class GroCandidate {

    private static final long LOW_32 = 0xFFFF_FFFFL;

    /**
     * Of the first IPv4 word: version, header length, TOS; flags and fragment offset. Not length
     * and identification.
     */
    private static final long IPV4_FIRST = 0xFFFF_0000_0000_FFFFL;

    /** Of the second: TTL, protocol and source. Not the checksum. */
    private static final long IPV4_SECOND = 0xFFFF_0000_FFFF_FFFFL;

    /** Version 4 without options, whatever TOS and don't-fragment are. */
    private static final long IPV4_PLAIN_MASK = 0xFF00_0000_0000_BFFFL;

    private static final long IPV4_PLAIN = 0x4500_0000_0000_0000L;

    /** Of the first IPv6 word: version, class, flow label; next header and hop limit. Not the length. */
    private static final long IPV6_FIRST = 0xFFFF_FFFF_0000_FFFFL;

    /** Of a TCP header's second half: data offset, flags but PSH, window, urgent pointer. Not the checksum. */
    private static final long TCP_SHAPE = 0xFFF7_FFFF_0000_FFFFL;

    int headerBytes;
    int payloadBytes;
    boolean ipv4;
    boolean tcp;
    boolean push;
    long ip0;
    long ip1;
    long ip2;
    long ip3;
    long ip4;
    int ports;
    int sequence;
    int acknowledged;
    long shape;

    /** Whether the IPv4 header's own checksum is right; IPv6 has none. */
    boolean ipSound;

    /** Unfolded sum of the pseudo header. */
    long pseudoSum;

    /**
     * True for TCP data with no flag but ACK and PSH, or summed UDP data where that is merged; no
     * IP options or extension headers, no fragment, lengths all in accord, not longer than a
     * super-packet may be. Else nothing here may be used.
     */
    boolean read(MemorySegment slab, int at, int length, boolean mergesUdp) {
        if (length > GroPacket.MAX_BYTES
                || length <= IpPacket.IPV4_HEADER_BYTES + UDP_HEADER_BYTES) {
            return false;
        }
        long first = i64(slab, at);
        ipv4 = first >>> 60 == 4;
        int ip = ipv4 ? IpPacket.IPV4_HEADER_BYTES : IpPacket.IPV6_HEADER_BYTES;
        if (!(ipv4 ? readIpv4(slab, at, length, first) : readIpv6(slab, at, length, first))) {
            return false;
        }
        int transport = at + ip;
        ports = i32(slab, transport);
        return tcp
                ? readTcp(slab, transport, length - ip, ip)
                : mergesUdp && readUdp(slab, transport, length - ip, ip);
    }

    private boolean readIpv4(MemorySegment slab, int at, int length, long first) {
        if ((first & IPV4_PLAIN_MASK) != IPV4_PLAIN || (int) (first >>> 32 & 0xFFFF) != length) {
            return false;
        }
        long second = i64(slab, at + 8);
        long destination = i32(slab, at + IpPacket.IPV4_DESTINATION) & LOW_32;
        ip0 = first & IPV4_FIRST;
        ip1 = second & IPV4_SECOND;
        ip2 = destination;
        ip3 = 0;
        ip4 = 0;
        int protocol = (int) (second >>> 48 & 0xFF);
        ipSound = Checksum.verifies(Checksum.fold(halves(first) + halves(second) + destination));
        pseudoSum =
                (second & LOW_32) + destination + protocol + length - IpPacket.IPV4_HEADER_BYTES;
        return isKnown(protocol);
    }

    private boolean readIpv6(MemorySegment slab, int at, int length, long first) {
        if (first >>> 60 != 6
                || length <= IpPacket.IPV6_HEADER_BYTES + UDP_HEADER_BYTES
                || IpPacket.IPV6_HEADER_BYTES + (int) (first >>> 16 & 0xFFFF) != length) {
            return false;
        }
        ip0 = first & IPV6_FIRST;
        ip1 = i64(slab, at + IpPacket.IPV6_SOURCE);
        ip2 = i64(slab, at + IpPacket.IPV6_SOURCE + 8);
        ip3 = i64(slab, at + IpPacket.IPV6_DESTINATION);
        ip4 = i64(slab, at + IpPacket.IPV6_DESTINATION + 8);
        int protocol = (int) (first >>> 8 & 0xFF);
        ipSound = true;
        pseudoSum =
                halves(ip1)
                        + halves(ip2)
                        + halves(ip3)
                        + halves(ip4)
                        + protocol
                        + length
                        - IpPacket.IPV6_HEADER_BYTES;
        return isKnown(protocol);
    }

    private static long halves(long word) {
        return (word >>> 32) + (word & LOW_32);
    }

    private boolean isKnown(int protocol) {
        tcp = protocol == IpPacket.PROTOCOL_TCP;
        return tcp || protocol == IpPacket.PROTOCOL_UDP;
    }

    private boolean readTcp(MemorySegment slab, int transport, int transportLength, int ip) {
        if (transportLength <= TCP_HEADER_BYTES) {
            return false;
        }
        long half = i64(slab, transport + 12);
        int tcpBytes = (int) (half >>> 60) * 4;
        int flags = (int) (half >>> 48 & 0xFFF);
        push = (flags & PSH) != 0;
        shape = half & TCP_SHAPE;
        sequence = i32(slab, transport + 4);
        acknowledged = i32(slab, transport + 8);
        headerBytes = ip + tcpBytes;
        payloadBytes = transportLength - tcpBytes;
        return (flags & ~PSH) == ACK && tcpBytes >= TCP_HEADER_BYTES && payloadBytes > 0;
    }

    private boolean readUdp(MemorySegment slab, int transport, int transportLength, int ip) {
        long lengthAndChecksum = i32(slab, transport + 4) & LOW_32;
        push = false;
        shape = 0;
        sequence = 0;
        acknowledged = 0;
        headerBytes = ip + UDP_HEADER_BYTES;
        payloadBytes = transportLength - UDP_HEADER_BYTES;
        return lengthAndChecksum >>> 16 == transportLength && (lengthAndChecksum & 0xFFFF) != 0;
    }

    /** Whether both checksums of the packet at {@code at} that this was read from are right. */
    boolean verifies(MemorySegment slab, int at) {
        int ip = ipv4 ? IpPacket.IPV4_HEADER_BYTES : IpPacket.IPV6_HEADER_BYTES;
        int transportLength = headerBytes + payloadBytes - ip;
        return ipSound
                && Checksum.verifies(
                        Checksum.add(
                                Checksum.fold(pseudoSum),
                                Checksum.sum(slab, at + ip, transportLength)));
    }

    /** Whether both are of one flow: version, protocol, addresses and ports. */
    boolean isOfFlow(GroCandidate other) {
        return ports == other.ports
                && ipv4 == other.ipv4
                && tcp == other.tcp
                && (ipv4 ? (int) ip1 == (int) other.ip1 : ip1 == other.ip1)
                && ip2 == other.ip2
                && ip3 == other.ip3
                && ip4 == other.ip4;
    }

    /** Whether the headers of two packets of one flow differ only in what merging may change, TCP options aside. */
    boolean isShapedAs(GroCandidate other) {
        return headerBytes == other.headerBytes
                && ip0 == other.ip0
                && ip1 == other.ip1
                && shape == other.shape
                && acknowledged == other.acknowledged;
    }

    void copy(GroCandidate other) {
        headerBytes = other.headerBytes;
        payloadBytes = other.payloadBytes;
        ipv4 = other.ipv4;
        tcp = other.tcp;
        push = other.push;
        ip0 = other.ip0;
        ip1 = other.ip1;
        ip2 = other.ip2;
        ip3 = other.ip3;
        ip4 = other.ip4;
        ports = other.ports;
        sequence = other.sequence;
        acknowledged = other.acknowledged;
        shape = other.shape;
        ipSound = other.ipSound;
        pseudoSum = other.pseudoSum;
    }
}
