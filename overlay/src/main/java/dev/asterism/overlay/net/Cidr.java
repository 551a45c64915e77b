package dev.asterism.overlay.net;

import org.jspecify.annotations.Nullable;

/**
 * An address with a prefix length; host bits are kept ({@code 10.42.0.2/16} is an address in a network).
 *
 * @param address may have host bits
 * @param bits prefix length, 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record Cidr(Ip address, int bits) implements Comparable<Cidr> {

    public Cidr {
        if (bits < 0 || bits > address.bitLength()) {
            throw new IllegalArgumentException(
                    "impossible prefix length /" + bits + " for " + address);
        }
    }

    /**
     * {@code addr/bits}, strict (no sign, no leading zero); null when it is none. The length after an IPv4-mapped
     * address counts from the 128 bits, so {@code ::ffff:10.0.0.0/104} is {@code 10.0.0.0/8}.
     */
    public static @Nullable Cidr parse(String text) {
        int slash = text.lastIndexOf('/');
        if (slash < 0) {
            return null;
        }
        Ip address = Ip.parse(text.substring(0, slash));
        int bits = parseBits(text.substring(slash + 1));
        if (address != null && address.isIpv4() && text.indexOf(':') >= 0) {
            bits -= 96;
        }
        if (address == null || bits < 0 || bits > address.bitLength()) {
            return null;
        }
        return new Cidr(address, bits);
    }

    /** As {@link #parse}, for literals in code and tests. */
    public static Cidr of(String text) {
        Cidr cidr = parse(text);
        if (cidr == null) {
            throw new IllegalArgumentException("not a CIDR: " + text);
        }
        return cidr;
    }

    private static int parseBits(String text) {
        if (text.isEmpty() || text.length() > 3 || text.length() > 1 && text.charAt(0) == '0') {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + c - '0';
        }
        return value;
    }

    public boolean isIpv4() {
        return address.isIpv4();
    }

    /** Prefix length counted in the 128-bit form: an IPv4 /16 is 112. */
    public int mappedBits() {
        return isIpv4() ? bits + 96 : bits;
    }

    /** True when {@code ip} is of the same family and shares the prefix. */
    public boolean contains(Ip ip) {
        return contains(ip.hi(), ip.lo());
    }

    /** As {@link #contains(Ip)} on the two words of a 128-bit address; allocates nothing. */
    public boolean contains(long hi, long lo) {
        if (isIpv4() != Ip.isIpv4(hi, lo)) {
            return false;
        }
        int n = mappedBits();
        return ((hi ^ address.hi()) & highMask(n)) == 0 && ((lo ^ address.lo()) & lowMask(n)) == 0;
    }

    /** True when every address of {@code inner} lies in this network. */
    public boolean covers(Cidr inner) {
        return inner.bits >= bits && contains(inner.address);
    }

    /** The network: same prefix, host bits cleared. */
    public Cidr masked() {
        int n = mappedBits();
        return new Cidr(new Ip(address.hi() & highMask(n), address.lo() & lowMask(n)), bits);
    }

    /** The highest address of the network (IPv4: the broadcast address). */
    public Ip last() {
        int n = mappedBits();
        return new Ip(address.hi() | ~highMask(n), address.lo() | ~lowMask(n));
    }

    static long highMask(int mappedBits) {
        return mappedBits >= 64 ? -1L : mappedBits == 0 ? 0 : -1L << 64 - mappedBits;
    }

    static long lowMask(int mappedBits) {
        return mappedBits <= 64 ? 0 : mappedBits == 128 ? -1L : -1L << 128 - mappedBits;
    }

    @Override
    public int compareTo(Cidr other) {
        int byAddress = address.compareTo(other.address);
        return byAddress != 0 ? byAddress : Integer.compare(bits, other.bits);
    }

    @Override
    public String toString() {
        return address + "/" + bits;
    }
}
