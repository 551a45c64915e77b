package dev.asterism.overlay.packet;

import static dev.asterism.overlay.packet.BigEndian.i32;
import static dev.asterism.overlay.packet.BigEndian.i64;
import static dev.asterism.overlay.packet.BigEndian.u16;
import static dev.asterism.overlay.packet.BigEndian.u8;

import dev.asterism.overlay.net.Ip;
import java.lang.foreign.MemorySegment;

/**
 * Reads IPv4 and IPv6 packets where they lie: {@code at} is the first byte of the IP header, {@code
 * length} the bytes that are there. Total-length fields are not believed (spec behaviour.md 4.1).
 * Allocates nothing; safe on any thread.
 */
public final class IpPacket {

    public static final int PROTOCOL_ICMP = 1;
    public static final int PROTOCOL_TCP = 6;
    public static final int PROTOCOL_UDP = 17;
    public static final int PROTOCOL_ICMPV6 = 58;

    public static final int IPV4_HEADER_BYTES = 20;
    public static final int IPV6_HEADER_BYTES = 40;

    /** More are refused: every walk over a packet is bounded. */
    public static final int MAX_IPV6_EXTENSIONS = 7;

    public static final int IPV4_TOTAL_LENGTH = 2;
    public static final int IPV4_ID = 4;
    public static final int IPV4_FRAGMENT = 6;
    public static final int IPV4_TTL = 8;
    public static final int IPV4_PROTOCOL = 9;
    public static final int IPV4_CHECKSUM = 10;
    public static final int IPV4_SOURCE = 12;
    public static final int IPV4_DESTINATION = 16;
    public static final int IPV6_PAYLOAD_LENGTH = 4;
    public static final int IPV6_NEXT_HEADER = 6;
    public static final int IPV6_HOP_LIMIT = 7;
    public static final int IPV6_SOURCE = 8;
    public static final int IPV6_DESTINATION = 24;

    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;
    private static final int DESTINATION_OPTIONS = 60;

    static final int ICMPV6_ECHO_REQUEST = 128;
    static final int ICMPV6_ECHO_REPLY = 129;

    private static final PacketFault[] FAULTS = PacketFault.values();

    // A located transport protocol: its number in bits 0-7, later fragment in bit 8, offset from
    // bit 9.
    private static final int FRAGMENT_BIT = 1 << 8;
    private static final int OFFSET_SHIFT = 9;

    private IpPacket() {}

    /** Fills {@code into} from a packet that came from a peer: remote is the source. */
    public static PacketFault parseIncoming(
            MemorySegment packet, long at, int length, FlowKey into) {
        int transport = locate(packet, at, length);
        if (transport < 0) {
            return FAULTS[-transport];
        }
        if (version(packet, at) == 4) {
            into.localHi = 0;
            into.localLo = Ip.mappedLo(i32(packet, at + IPV4_DESTINATION));
            into.remoteHi = 0;
            into.remoteLo = Ip.mappedLo(i32(packet, at + IPV4_SOURCE));
        } else {
            into.localHi = i64(packet, at + IPV6_DESTINATION);
            into.localLo = i64(packet, at + IPV6_DESTINATION + 8);
            into.remoteHi = i64(packet, at + IPV6_SOURCE);
            into.remoteLo = i64(packet, at + IPV6_SOURCE + 8);
        }
        return fillTransport(packet, at, length, transport, into, 2, 0);
    }

    /** Fills {@code into} from a packet of this host: remote is the destination. */
    public static PacketFault parseOutgoing(
            MemorySegment packet, long at, int length, FlowKey into) {
        int transport = locate(packet, at, length);
        if (transport < 0) {
            return FAULTS[-transport];
        }
        if (version(packet, at) == 4) {
            into.localHi = 0;
            into.localLo = Ip.mappedLo(i32(packet, at + IPV4_SOURCE));
            into.remoteHi = 0;
            into.remoteLo = Ip.mappedLo(i32(packet, at + IPV4_DESTINATION));
        } else {
            into.localHi = i64(packet, at + IPV6_SOURCE);
            into.localLo = i64(packet, at + IPV6_SOURCE + 8);
            into.remoteHi = i64(packet, at + IPV6_DESTINATION);
            into.remoteLo = i64(packet, at + IPV6_DESTINATION + 8);
        }
        return fillTransport(packet, at, length, transport, into, 0, 2);
    }

    /** 4, 6, or whatever stands there; the packet has at least one byte. */
    public static int version(MemorySegment packet, long at) {
        return u8(packet, at) >>> 4;
    }

    /**
     * Bytes from {@code at} to the transport protocol's header, or -1 when the packet is malformed or a later
     * fragment, which has no such header.
     */
    public static int transportOffset(MemorySegment packet, long at, int length) {
        int transport = locate(packet, at, length);
        return transport < 0 || (transport & FRAGMENT_BIT) != 0 ? -1 : transport >>> OFFSET_SHIFT;
    }

    /** Number of the transport protocol behind all extension headers, or -1 when the packet is malformed. */
    public static int transportProtocol(MemorySegment packet, long at, int length) {
        int transport = locate(packet, at, length);
        return transport < 0 ? -1 : transport & 0xFF;
    }

    /** Bytes of the packet by its own header; the caller knows that the header is whole. */
    public static int declaredLength(MemorySegment packet, long at) {
        return version(packet, at) == 4
                ? u16(packet, at + IPV4_TOTAL_LENGTH)
                : IPV6_HEADER_BYTES + u16(packet, at + IPV6_PAYLOAD_LENGTH);
    }

    /** High word of the 128-bit source; 0 for IPv4. */
    public static long sourceHi(MemorySegment packet, long at) {
        return version(packet, at) == 4 ? 0 : i64(packet, at + IPV6_SOURCE);
    }

    /** Low word of the 128-bit source; the mapped form for IPv4. */
    public static long sourceLo(MemorySegment packet, long at) {
        return version(packet, at) == 4
                ? Ip.mappedLo(i32(packet, at + IPV4_SOURCE))
                : i64(packet, at + IPV6_SOURCE + 8);
    }

    public static long destinationHi(MemorySegment packet, long at) {
        return version(packet, at) == 4 ? 0 : i64(packet, at + IPV6_DESTINATION);
    }

    public static long destinationLo(MemorySegment packet, long at) {
        return version(packet, at) == 4
                ? Ip.mappedLo(i32(packet, at + IPV4_DESTINATION))
                : i64(packet, at + IPV6_DESTINATION + 8);
    }

    /** Whether a 128-bit address is in 224.0.0.0/4 or ff00::/8. */
    public static boolean isMulticast(long hi, long lo) {
        return Ip.isIpv4(hi, lo) ? (lo >>> 28 & 0xF) == 0xE : hi >>> 56 == 0xFF;
    }

    /** The transport protocol, packed as above, or the negated ordinal of a fault. */
    private static int locate(MemorySegment packet, long at, int length) {
        if (length < 1) {
            return failed(PacketFault.EMPTY);
        }
        return switch (version(packet, at)) {
            case 4 -> locateIpv4(packet, at, length);
            case 6 -> locateIpv6(packet, at, length);
            default -> failed(PacketFault.UNKNOWN_VERSION);
        };
    }

    @SuppressWarnings("EnumOrdinal") // back through FAULTS before anyone else sees it
    private static int failed(PacketFault fault) {
        return -fault.ordinal();
    }

    private static int locateIpv4(MemorySegment packet, long at, int length) {
        if (length < IPV4_HEADER_BYTES) {
            return failed(PacketFault.IPV4_TOO_SHORT);
        }
        int headerBytes = (u8(packet, at) & 0xF) * 4;
        if (headerBytes < IPV4_HEADER_BYTES) {
            return failed(PacketFault.IPV4_BAD_HEADER_LENGTH);
        }
        if (length < headerBytes) {
            return failed(PacketFault.IPV4_TRUNCATED);
        }
        int transport = headerBytes << OFFSET_SHIFT | u8(packet, at + IPV4_PROTOCOL);
        boolean later = (u16(packet, at + IPV4_FRAGMENT) & 0x1FFF) != 0;
        return later ? transport | FRAGMENT_BIT : transport;
    }

    private static int locateIpv6(MemorySegment packet, long at, int length) {
        if (length < IPV6_HEADER_BYTES) {
            return failed(PacketFault.IPV6_TOO_SHORT);
        }
        if (isMapped(packet, at + IPV6_SOURCE) || isMapped(packet, at + IPV6_DESTINATION)) {
            return failed(PacketFault.IPV6_MAPPED_ADDRESS);
        }
        int next = u8(packet, at + IPV6_NEXT_HEADER);
        int offset = IPV6_HEADER_BYTES;
        for (int extensions = 0; isExtension(next); extensions++) {
            if (extensions == MAX_IPV6_EXTENSIONS) {
                return failed(PacketFault.IPV6_TOO_MANY_EXTENSIONS);
            }
            if (offset + 8 > length) {
                return failed(PacketFault.IPV6_TRUNCATED);
            }
            int here = next;
            next = u8(packet, at + offset);
            if (here == FRAGMENT && (u16(packet, at + offset + 2) & 0xFFF8) != 0) {
                return offset + 8 << OFFSET_SHIFT | FRAGMENT_BIT | next;
            }
            offset += extensionBytes(here, u8(packet, at + offset + 1));
            if (offset > length) {
                return failed(PacketFault.IPV6_TRUNCATED);
            }
        }
        return offset << OFFSET_SHIFT | next;
    }

    /** Rules and flows would take it for the IPv4 address in it; no packet on a network has one (RFC 6890 2.2.3). */
    private static boolean isMapped(MemorySegment packet, long at) {
        return Ip.isIpv4(i64(packet, at), i64(packet, at + 8));
    }

    private static boolean isExtension(int header) {
        return switch (header) {
            case HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION_OPTIONS -> true;
            default -> false;
        };
    }

    private static int extensionBytes(int header, int lengthField) {
        return switch (header) {
            case FRAGMENT -> 8;
            case AUTHENTICATION -> (lengthField + 2) * 4;
            default -> (lengthField + 1) * 8;
        };
    }

    private static PacketFault fillTransport(
            MemorySegment packet,
            long at,
            int length,
            int transport,
            FlowKey into,
            int localPortAt,
            int remotePortAt) {
        into.protocol = transport & 0xFF;
        into.fragment = (transport & FRAGMENT_BIT) != 0;
        into.localPort = 0;
        into.remotePort = 0;
        into.tcpFlags = 0;
        into.filterPort = 0;
        if (into.fragment) {
            return PacketFault.NONE;
        }
        int offset = transport >>> OFFSET_SHIFT;
        int rest = length - offset;
        long l4 = at + offset;
        boolean ipv4 = version(packet, at) == 4;
        if (ipv4 ? into.protocol == PROTOCOL_ICMP : into.protocol == PROTOCOL_ICMPV6) {
            return fillIdentifier(packet, l4, rest, ipv4, into);
        }
        if (!ipv4 && into.protocol != PROTOCOL_TCP && into.protocol != PROTOCOL_UDP) {
            return PacketFault.NONE;
        }
        if (rest < 4) {
            return ipv4 ? PacketFault.IPV4_TRUNCATED : PacketFault.IPV6_TRUNCATED;
        }
        into.localPort = u16(packet, l4 + localPortAt);
        into.remotePort = u16(packet, l4 + remotePortAt);
        if (into.protocol == PROTOCOL_TCP && rest > TransportHeader.TCP_FLAGS) {
            into.tcpFlags = lifeFlags(u8(packet, l4 + TransportHeader.TCP_FLAGS));
        }
        return PacketFault.NONE;
    }

    private static int lifeFlags(int flags) {
        return (flags & TransportHeader.ACK) == 0
                ? flags & (FlowKey.TCP_FIN | FlowKey.TCP_SYN | FlowKey.TCP_RST)
                : flags & (FlowKey.TCP_FIN | FlowKey.TCP_RST);
    }

    /** ICMP's identifier stands in for the remote port, so that a ping and its reply are one flow. */
    private static PacketFault fillIdentifier(
            MemorySegment packet, long l4, int rest, boolean ipv4, FlowKey into) {
        if (rest < 4) {
            return ipv4 ? PacketFault.IPV4_TRUNCATED : PacketFault.IPV6_TRUNCATED;
        }
        int type = u8(packet, l4);
        boolean echo = type == ICMPV6_ECHO_REQUEST || type == ICMPV6_ECHO_REPLY;
        if (!ipv4 && !echo) {
            return PacketFault.NONE;
        }
        if (rest < 6) {
            return ipv4 ? PacketFault.IPV4_TRUNCATED : PacketFault.IPV6_TRUNCATED;
        }
        into.remotePort = u16(packet, l4 + 4);
        return PacketFault.NONE;
    }

    /**
     * As rules and people name it: {@code tcp}, {@code udp}, {@code icmp} for both versions, else
     * {@code protocol N}.
     */
    public static String protocolName(int protocol) {
        return switch (protocol) {
            case PROTOCOL_TCP -> "tcp";
            case PROTOCOL_UDP -> "udp";
            case PROTOCOL_ICMP, PROTOCOL_ICMPV6 -> "icmp";
            default -> "protocol " + protocol;
        };
    }
}
