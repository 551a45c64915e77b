package dev.asterism.overlay.packet.gso;

import static dev.asterism.overlay.packet.BigEndian.u16;
import static dev.asterism.overlay.packet.BigEndian.u8;
import static dev.asterism.overlay.packet.TransportHeader.TCP_CHECKSUM;
import static dev.asterism.overlay.packet.TransportHeader.TCP_DATA_OFFSET;
import static dev.asterism.overlay.packet.TransportHeader.TCP_HEADER_BYTES;
import static dev.asterism.overlay.packet.TransportHeader.UDP_CHECKSUM;
import static dev.asterism.overlay.packet.TransportHeader.UDP_HEADER_BYTES;
import static dev.asterism.overlay.packet.TransportHeader.UDP_LENGTH;

import dev.asterism.overlay.packet.Checksum;
import dev.asterism.overlay.packet.IpPacket;
import java.lang.foreign.MemorySegment;

/**
 * A packet whose TCP or UDP checksum field holds the sum of its pseudo header only, as the kernel
 * writes it for hardware that finishes it (docs/wire-extensions.md). Allocates nothing.
 */
public final class PartialChecksum {

    private static final int FRAGMENT_BITS = 0x3FFF;

    private PartialChecksum() {}

    /**
     * Whether a packet of a peer that claims to be such a one is: TCP or UDP, whole and no
     * fragment, without IPv6 extension headers, all lengths in accord, and the sum right. Only then
     * will whoever finishes the checksum find a right one.
     */
    public static boolean isSound(MemorySegment packet, long at, int length) {
        if (length < IpPacket.IPV4_HEADER_BYTES) {
            return false;
        }
        boolean ipv4 = IpPacket.version(packet, at) == 4;
        if (length < (ipv4 ? IpPacket.IPV4_HEADER_BYTES : IpPacket.IPV6_HEADER_BYTES)
                || IpPacket.declaredLength(packet, at) != length
                || ipv4 && (u16(packet, at + IpPacket.IPV4_FRAGMENT) & FRAGMENT_BITS) != 0) {
            return false;
        }
        int transport = ipv4 ? (u8(packet, at) & 0xF) * 4 : IpPacket.IPV6_HEADER_BYTES;
        int protocol = u8(packet, at + (ipv4 ? IpPacket.IPV4_PROTOCOL : IpPacket.IPV6_NEXT_HEADER));
        int transportLength = length - transport;
        int field =
                switch (protocol) {
                    case IpPacket.PROTOCOL_TCP ->
                            isTcp(packet, at + transport, transportLength) ? TCP_CHECKSUM : 0;
                    case IpPacket.PROTOCOL_UDP ->
                            isUdp(packet, at + transport, transportLength) ? UDP_CHECKSUM : 0;
                    default -> 0;
                };
        return field != 0
                && u16(packet, at + transport + field)
                        == Checksum.pseudoHeader(packet, at, protocol, transportLength);
    }

    private static boolean isTcp(MemorySegment packet, long tcp, int length) {
        if (length < TCP_HEADER_BYTES) {
            return false;
        }
        int header = (u8(packet, tcp + TCP_DATA_OFFSET) >>> 4) * 4;
        return header >= TCP_HEADER_BYTES && header <= length;
    }

    private static boolean isUdp(MemorySegment packet, long udp, int length) {
        return length >= UDP_HEADER_BYTES && u16(packet, udp + UDP_LENGTH) == length;
    }
}
