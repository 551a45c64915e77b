package dev.asterism.overlay.packet;

import static dev.asterism.overlay.packet.BigEndian.put16;
import static dev.asterism.overlay.packet.BigEndian.put32;
import static dev.asterism.overlay.packet.BigEndian.put8;
import static dev.asterism.overlay.packet.BigEndian.u16;

import dev.asterism.overlay.net.Ip;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The answer to a packet that is larger than the path behind: "fragmentation needed" with the next
 * hop's MTU (RFC 1191), or "packet too big" (RFC 4443 3.2), of which the MTU is never less than the
 * 1,280 that IPv6 may count on. Allocates nothing, but for {@link #toSender}.
 */
public final class TooBigPacket {

    /** Room that every answer fits into. */
    public static final int MAX_BYTES = IcmpError.MAX_BYTES;

    /** Every IPv6 packet of this size gets through (RFC 8200 5). */
    public static final int IPV6_MIN_MTU = 1280;

    private static final int DONT_FRAGMENT = 0x4000;
    private static final int FRAGMENTATION_NEEDED = 3 << 8 | 4;
    private static final int PACKET_TOO_BIG = 2 << 8;

    private TooBigPacket() {}

    /** Whether a router may cut the packet. */
    public static boolean mayFragment(MemorySegment packet, long at) {
        return IpPacket.version(packet, at) == 4
                && (u16(packet, at + IpPacket.IPV4_FRAGMENT) & DONT_FRAGMENT) == 0;
    }

    /**
     * Writes the answer to {@code target}, which must not overlap the packet; returns its length, or
     * 0 when there is to be none: for later fragments, multicast and ICMP errors.
     */
    public static int write(
            MemorySegment packet, long at, int length, int mtu, MemorySegment target, long to) {
        if (IpPacket.transportOffset(packet, at, length) < 0
                || IpPacket.isMulticast(
                        IpPacket.destinationHi(packet, at), IpPacket.destinationLo(packet, at))
                || IcmpError.isItself(packet, at, length)) {
            return 0;
        }
        return IpPacket.version(packet, at) == 4
                ? IcmpError.write(packet, at, length, FRAGMENTATION_NEEDED, mtu, target, to)
                : IcmpError.write(
                        packet,
                        at,
                        length,
                        PACKET_TOO_BIG,
                        Math.max(mtu, IPV6_MIN_MTU),
                        target,
                        to);
    }

    /**
     * The same for packets that never arrived here. The kernel keeps the MTU for the destination,
     * whatever sent there, but believes an error about UDP only if it has the socket. Of IPv4 it
     * quotes a packet of the sender's own agent, whose socket takes all of the host's addresses.
     * That socket may be one for IPv4 only, so of IPv6 it quotes an echo reply, which the kernel
     * itself sends and for which it asks for no socket.
     *
     * @param sender overlay address of the host that sends too large packets
     * @param port of that host's agent
     * @param receiver our overlay address, of the same family
     */
    public static byte[] toSender(Ip sender, int port, Ip receiver, int mtu) {
        boolean ipv4 = sender.isIpv4();
        int header = ipv4 ? IpPacket.IPV4_HEADER_BYTES : IpPacket.IPV6_HEADER_BYTES;
        MemorySegment quoted = MemorySegment.ofArray(new byte[header + 8]);
        byte[] from = sender.toBytes();
        byte[] to = receiver.toBytes();
        if (ipv4) {
            put16(quoted, 0, 0x4500);
            put16(quoted, IpPacket.IPV4_TOTAL_LENGTH, mtu + 1);
            put16(quoted, IpPacket.IPV4_FRAGMENT, DONT_FRAGMENT);
            put8(quoted, IpPacket.IPV4_TTL, 64);
            put8(quoted, IpPacket.IPV4_PROTOCOL, IpPacket.PROTOCOL_UDP);
            copy(from, quoted, IpPacket.IPV4_SOURCE);
            copy(to, quoted, IpPacket.IPV4_DESTINATION);
            int sum = Checksum.sum(quoted, 0, header);
            put16(quoted, IpPacket.IPV4_CHECKSUM, Checksum.finish(sum));
            put16(quoted, header, port);
            put16(quoted, header + TransportHeader.UDP_LENGTH, mtu + 1 - header);
        } else {
            put32(quoted, 0, 0x6000_0000);
            put16(quoted, IpPacket.IPV6_PAYLOAD_LENGTH, mtu + 1 - header);
            put8(quoted, IpPacket.IPV6_NEXT_HEADER, IpPacket.PROTOCOL_ICMPV6);
            put8(quoted, IpPacket.IPV6_HOP_LIMIT, 64);
            copy(from, quoted, IpPacket.IPV6_SOURCE);
            copy(to, quoted, IpPacket.IPV6_DESTINATION);
            put8(quoted, header, IpPacket.ICMPV6_ECHO_REPLY);
        }
        MemorySegment answer = MemorySegment.ofArray(new byte[MAX_BYTES]);
        int length = write(quoted, 0, header + 8, mtu, answer, 0);
        return answer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private static void copy(byte[] bytes, MemorySegment to, long at) {
        MemorySegment.copy(bytes, 0, to, ValueLayout.JAVA_BYTE, at, bytes.length);
    }
}
