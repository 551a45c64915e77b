package dev.asterism.overlay.net;

/**
 * A host on the underlay and a port, as people write them: the address itself, or a name that has to be looked up.
 * Immutable. An address written in another spelling is the same value.
 */
public sealed interface HostAddr {

    /** The address or the name as text, an IPv6 address without brackets. */
    String host();

    /** 0 to 65535. */
    int port();

    /** An address, which is never looked up. */
    record Literal(UnderlayAddr addr) implements HostAddr {

        @Override
        public String host() {
            return addr.ip().toString();
        }

        @Override
        public int port() {
            return addr.port();
        }

        @Override
        public String toString() {
            return addr.toString();
        }
    }

    /**
     * @param host no address; empty where the key says what that means
     */
    record Name(String host, int port) implements HostAddr {

        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /**
     * @param host a name, or an address without brackets
     * @param port 0 to 65535
     */
    static HostAddr of(String host, int port) {
        Ip ip = Ip.parse(host);
        return ip == null ? new Name(host, port) : new Literal(new UnderlayAddr(ip, port));
    }
}
