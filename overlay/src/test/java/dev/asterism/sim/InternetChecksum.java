package dev.asterism.sim;

import dev.asterism.overlay.io.Bytes;

/**
 * RFC 1071 sums over whole packets, two bytes at a time. Deliberately plain, and not the engine's code: it
 * is what the engine's is checked against.
 */
final class InternetChecksum {

    private InternetChecksum() {}

    /** Writes the IPv4 header checksum and the one of UDP, TCP, ICMP or ICMPv6. Fragments are not looked at. */
    static void fill(byte[] packet) {
        int at = IpLayout.transportAt(packet);
        if (IpLayout.isIpv4(packet)) {
            put(packet, 10, 0);
            put(packet, 10, fold(sum(packet, 0, at)));
        }
        int field = IpLayout.checksumAt(packet);
        if (field >= 0) {
            put(packet, field, 0);
            int value = fold(transportSum(packet, at));
            boolean zeroMeansNone = IpLayout.protocol(packet) == IpLayout.UDP && value == 0;
            put(packet, field, zeroMeansNone ? 0xFFFF : value);
        }
    }

    /** True when every checksum of the packet is right. */
    static boolean holds(byte[] packet) {
        int at = IpLayout.transportAt(packet);
        if (IpLayout.isIpv4(packet) && fold(sum(packet, 0, at)) != 0) {
            return false;
        }
        return IpLayout.checksumAt(packet) < 0 || fold(transportSum(packet, at)) == 0;
    }

    /** Whether hardware could finish this packet's checksum: TCP or UDP, and no fragment. */
    static boolean mayBePartial(byte[] packet) {
        int protocol = IpLayout.protocol(packet);
        return (protocol == IpLayout.TCP || protocol == IpLayout.UDP)
                && !IpLayout.isFragment(packet);
    }

    /** The packet as a stack hands it to such hardware, with the sum of the pseudo header only. */
    static Bytes partial(Bytes packet) {
        byte[] bytes = packet.toArray();
        put(bytes, IpLayout.checksumAt(bytes), pseudoHeader(bytes));
        return Bytes.owning(bytes);
    }

    /** Whether the IPv4 header is right, and whoever finishes the transport checksum will find a right one. */
    static boolean isPartial(byte[] packet) {
        int at = IpLayout.transportAt(packet);
        int field = IpLayout.checksumAt(packet);
        return mayBePartial(packet)
                && (!IpLayout.isIpv4(packet) || fold(sum(packet, 0, at)) == 0)
                && ((packet[field] & 0xFF) << 8 | packet[field + 1] & 0xFF) == pseudoHeader(packet);
    }

    private static int pseudoHeader(byte[] packet) {
        boolean ipv4 = IpLayout.isIpv4(packet);
        long addresses = sum(packet, ipv4 ? 12 : 8, ipv4 ? 20 : 40);
        int length = packet.length - IpLayout.transportAt(packet);
        return ~fold(addresses + IpLayout.protocol(packet) + length) & 0xFFFF;
    }

    private static long transportSum(byte[] packet, int at) {
        long sum = sum(packet, at, packet.length);
        int protocol = IpLayout.protocol(packet);
        if (protocol == IpLayout.ICMP) {
            return sum;
        }
        int addressesFrom = IpLayout.isIpv4(packet) ? 12 : 8;
        int addressesTo = IpLayout.isIpv4(packet) ? 20 : 40;
        return sum + sum(packet, addressesFrom, addressesTo) + protocol + (packet.length - at);
    }

    private static long sum(byte[] bytes, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            int value = bytes[i] & 0xFF;
            sum += (i - from & 1) == 0 ? value << 8 : value;
        }
        return sum;
    }

    private static int fold(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xFFFF) + (folded >>> 16);
        }
        return (int) ~folded & 0xFFFF;
    }

    private static void put(byte[] packet, int at, int value) {
        packet[at] = (byte) (value >>> 8);
        packet[at + 1] = (byte) value;
    }
}
