package dev.asterism.overlay.net;

import org.jspecify.annotations.Nullable;

/**
 * One IP address as a 128-bit value, network byte order; IPv4 is held as IPv4-mapped IPv6 ({@code
 * ::ffff:a.b.c.d}), so mapped and plain IPv4 spellings are the same value from the edge on.
 *
 * <p>Ordering: IPv4 before IPv6, then by unsigned address bytes (spec wire.md 9.6, certificates.md 3).
 *
 * @param hi bytes 0 to 7
 * @param lo bytes 8 to 15
 */
public record Ip(long hi, long lo) implements Comparable<Ip> {

    private static final long MAPPED_PREFIX = 0x0000_FFFF_0000_0000L;

    /** The address whose 32 bits, in network sense, are {@code address} (10.42.0.2 = 0x0A2A0002). */
    public static Ip ofIpv4(int address) {
        return new Ip(0, MAPPED_PREFIX | Integer.toUnsignedLong(address));
    }

    /** The low word of a mapped IPv4 address, for code that compares words without objects. */
    public static long mappedLo(int address) {
        return MAPPED_PREFIX | Integer.toUnsignedLong(address);
    }

    public static boolean isIpv4(long hi, long lo) {
        return hi == 0 && (lo >>> 32) == 0xFFFFL;
    }

    /** Strict literal parse; never resolves names. Returns null when {@code text} is no address. */
    public static @Nullable Ip parse(String text) {
        return IpText.parse(text);
    }

    /** As {@link #parse}, for literals in code and tests. */
    public static Ip of(String text) {
        Ip ip = parse(text);
        if (ip == null) {
            throw new IllegalArgumentException("not an IP address: " + text);
        }
        return ip;
    }

    /** From 4 or 16 bytes in network order. */
    public static Ip ofBytes(byte[] bytes) {
        if (bytes.length == 4) {
            return ofIpv4((int) word(bytes, 0, 4));
        }
        if (bytes.length == 16) {
            return new Ip(word(bytes, 0, 8), word(bytes, 8, 8));
        }
        throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length);
    }

    private static long word(byte[] bytes, int from, int count) {
        long value = 0;
        for (int i = from; i < from + count; i++) {
            value = value << 8 | bytes[i] & 0xFF;
        }
        return value;
    }

    public boolean isIpv4() {
        return isIpv4(hi, lo);
    }

    /** The 32 bits of an IPv4 address in network sense; meaningless for IPv6. */
    public int ipv4() {
        return (int) lo;
    }

    /** 4 or 16 bytes in network order. */
    public byte[] toBytes() {
        int count = isIpv4() ? 4 : 16;
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            int fromEnd = count - 1 - i;
            bytes[i] = (byte) (fromEnd >= 8 ? hi >>> (fromEnd - 8) * 8 : lo >>> fromEnd * 8);
        }
        return bytes;
    }

    /** 32 or 128. */
    public int bitLength() {
        return isIpv4() ? 32 : 128;
    }

    public boolean isUnspecified() {
        return isIpv4() ? ipv4() == 0 : hi == 0 && lo == 0;
    }

    public boolean isLoopback() {
        return isIpv4() ? ipv4() >>> 24 == 127 : hi == 0 && lo == 1;
    }

    /** 169.254.0.0/16 or fe80::/10. */
    public boolean isLinkLocal() {
        return isIpv4() ? ipv4() >>> 16 == 0xA9FE : hi >>> 54 == 0x3FA;
    }

    /** 224.0.0.0/4 or ff00::/8. */
    public boolean isMulticast() {
        return isIpv4() ? ipv4() >>> 28 == 0xE : hi >>> 56 == 0xFF;
    }

    /** RFC 1918 or fc00::/7. */
    public boolean isPrivate() {
        if (!isIpv4()) {
            return hi >>> 57 == 0x7E;
        }
        int a = ipv4();
        return a >>> 24 == 10 || a >>> 20 == 0xAC1 || a >>> 16 == 0xC0A8;
    }

    @Override
    public int compareTo(Ip other) {
        if (isIpv4() != other.isIpv4()) {
            return isIpv4() ? -1 : 1;
        }
        int high = Long.compareUnsigned(hi, other.hi);
        return high != 0 ? high : Long.compareUnsigned(lo, other.lo);
    }

    /** Dotted quad, or RFC 5952 text. */
    @Override
    public String toString() {
        return IpText.format(this);
    }
}
