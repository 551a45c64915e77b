package dev.asterism.sim;

import java.nio.ByteBuffer;

/** Where things are in an IP packet without IPv6 extension headers. */
final class IpLayout {

    static final int ICMP = 1;
    static final int TCP = 6;
    static final int UDP = 17;
    static final int ICMPV6 = 58;

    private IpLayout() {}

    static boolean isIpv4(byte[] packet) {
        return packet.length > 0 && packet[0] >>> 4 == 4;
    }

    static boolean isIpv6(byte[] packet) {
        return packet.length > 0 && packet[0] >>> 4 == 6;
    }

    /** Bytes of the IP header; more than the packet has when it is cut short or no IP. */
    static int transportAt(byte[] packet) {
        if (isIpv4(packet)) {
            return Math.max(20, (packet[0] & 0xF) * 4);
        }
        return isIpv6(packet) ? 40 : Integer.MAX_VALUE;
    }

    static int protocol(byte[] packet) {
        return packet[isIpv4(packet) ? 9 : 6] & 0xFF;
    }

    /** Offset of the transport checksum; -1 for protocols without one. */
    static int checksumAt(byte[] packet) {
        int at = transportAt(packet);
        return switch (protocol(packet)) {
            case TCP -> at + 16;
            case UDP -> at + 6;
            case ICMP, ICMPV6 -> at + 2;
            default -> -1;
        };
    }

    /** Bytes of the transport header. */
    static int transportLength(byte[] packet) {
        return switch (protocol(packet)) {
            case TCP -> (packet[transportAt(packet) + 12] >>> 4 & 0xF) * 4;
            case UDP, ICMP, ICMPV6 -> 8;
            default -> 0;
        };
    }

    static boolean isFragment(byte[] packet) {
        return isIpv4(packet) && (ByteBuffer.wrap(packet).getShort(6) & 0x3FFF) != 0;
    }

    /** Whether the IP header, and the one of UDP, tell the length that the array has. */
    static boolean lengthsAgree(byte[] packet) {
        ByteBuffer buffer = ByteBuffer.wrap(packet);
        int declared =
                isIpv4(packet) ? buffer.getShort(2) & 0xFFFF : 40 + (buffer.getShort(4) & 0xFFFF);
        int at = transportAt(packet);
        boolean udp = protocol(packet) == UDP && !isFragment(packet);
        return declared == packet.length
                && (!udp || (buffer.getShort(at + 4) & 0xFFFF) == packet.length - at);
    }

    /** Sets the length fields of the IP header and, for UDP, of the datagram to what the array holds. */
    static void setLengths(byte[] packet) {
        ByteBuffer buffer = ByteBuffer.wrap(packet);
        int at = transportAt(packet);
        if (isIpv4(packet)) {
            buffer.putShort(2, (short) packet.length);
        } else {
            buffer.putShort(4, (short) (packet.length - 40));
        }
        if (protocol(packet) == UDP) {
            buffer.putShort(at + 4, (short) (packet.length - at));
        }
    }
}
