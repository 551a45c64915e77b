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
    public static final int MAX_BYTES = IcmpError.MAX_BYTES;

    private static final int TCP_HEADER_BYTES = 20;
    private static final int TCP_CHECKSUM = 16;

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
        if (IcmpError.isItself(packet, at, length)) {
            return 0;
        }
        int typeAndCode = ipv4 ? 3 << 8 | 13 : 1 << 8 | 1;
        return IcmpError.write(packet, at, length, typeAndCode, 0, target, to);
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
        int header =
                IcmpError.writeIpHeader(
                        packet, at, target, to, TCP_HEADER_BYTES, IpPacket.PROTOCOL_TCP);
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
}
