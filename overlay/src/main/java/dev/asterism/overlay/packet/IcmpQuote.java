package dev.asterism.overlay.packet;

import static dev.asterism.overlay.packet.BigEndian.put16;
import static dev.asterism.overlay.packet.BigEndian.u16;
import static dev.asterism.overlay.packet.BigEndian.u8;

import java.lang.foreign.MemorySegment;

/**
 * The beginning of a packet that an ICMP error quotes (RFC 792, RFC 4443 2.4): whoever sent that packet knows the
 * connection by the ports in it. Allocates nothing; safe on any thread.
 */
public final class IcmpQuote {

    private static final int ICMP_HEADER_BYTES = 8;
    private static final int ICMP_CHECKSUM = 2;
    private static final int SOURCE = 0;
    private static final int DESTINATION = 2;

    private IcmpQuote() {}

    /** Bytes from {@code at} to the quoted IP header, or -1 when the packet is no ICMP error or quotes nothing. */
    public static int offset(MemorySegment packet, long at, int length) {
        int icmp = IpPacket.transportOffset(packet, at, length);
        if (icmp < 0 || length - icmp <= ICMP_HEADER_BYTES) {
            return -1;
        }
        int protocol = IpPacket.transportProtocol(packet, at, length);
        int type = u8(packet, at + icmp);
        boolean error =
                IpPacket.version(packet, at) == 4
                        ? protocol == IpPacket.PROTOCOL_ICMP && isIpv4Error(type)
                        : protocol == IpPacket.PROTOCOL_ICMPV6 && isIpv6Error(type);
        return error ? icmp + ICMP_HEADER_BYTES : -1;
    }

    static boolean isIpv4Error(int type) {
        return switch (type) {
            case 3, 4, 5, 11, 12 -> true;
            default -> false;
        };
    }

    static boolean isIpv6Error(int type) {
        return type >= 1 && type <= 4;
    }

    /**
     * Gives the quoted TCP packet another source port and puts right both checksums that cover it, its own where the
     * quote reaches that far. The caller has parsed the quote, so the port is there.
     *
     * @param quote what {@link #offset} said
     */
    public static void source(MemorySegment packet, long at, int length, int quote, int port) {
        rewrite(packet, at, length, quote, SOURCE, port);
    }

    /** As {@link #source}, for the destination port. */
    public static void destination(MemorySegment packet, long at, int length, int quote, int port) {
        rewrite(packet, at, length, quote, DESTINATION, port);
    }

    private static void rewrite(
            MemorySegment packet, long at, int length, int quote, int portAt, int port) {
        int offset = IpPacket.transportOffset(packet, at + quote, length - quote);
        if (offset < 0) {
            return;
        }
        long icmpChecksum = at + quote - ICMP_HEADER_BYTES + ICMP_CHECKSUM;
        long tcp = at + quote + offset;
        int before = u16(packet, tcp + portAt);
        replace(packet, icmpChecksum, tcp + portAt, port);
        if (length - quote - offset >= TransportHeader.TCP_CHECKSUM + 2) {
            long own = tcp + TransportHeader.TCP_CHECKSUM;
            replace(packet, icmpChecksum, own, Checksum.update(u16(packet, own), before, port));
        }
    }

    private static void replace(MemorySegment packet, long checksum, long word, int value) {
        put16(packet, checksum, Checksum.update(u16(packet, checksum), u16(packet, word), value));
        put16(packet, word, value);
    }
}
