package dev.asterism.sim;

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
