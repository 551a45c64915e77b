package dev.asterism.overlay.net;

import org.jspecify.annotations.Nullable;

/**
 * Where a datagram goes on the wire.
 *
 * @param port 0 to 65535
 */
public record UnderlayAddr(Ip ip, int port) implements Comparable<UnderlayAddr> {

    /** {@code a.b.c.d:port} or {@code [v6]:port}; literals only; null when it is none. */
    public static @Nullable UnderlayAddr parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            return null;
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (bracketed) {
            host = host.substring(1, host.length() - 1);
        }
        Ip ip = Ip.parse(host);
        int port = parsePort(text.substring(colon + 1));
        if (ip == null || port < 0 || bracketed != host.indexOf(':') >= 0) {
            return null;
        }
        return new UnderlayAddr(ip, port);
    }

    /** As {@link #parse}, for literals in code and tests. */
    public static UnderlayAddr of(String text) {
        UnderlayAddr addr = parse(text);
        if (addr == null) {
            throw new IllegalArgumentException("not an ip:port: " + text);
        }
        return addr;
    }

    private static int parsePort(String text) {
        if (text.isEmpty() || text.length() > 5) {
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
        return value <= 0xFFFF ? value : -1;
    }

    @Override
    public int compareTo(UnderlayAddr other) {
        int byIp = ip.compareTo(other.ip);
        return byIp != 0 ? byIp : Integer.compare(port, other.port);
    }

    @Override
    public String toString() {
        return ip.isIpv4() ? ip + ":" + port : "[" + ip + "]:" + port;
    }
}
