package dev.asterism.l7.transport;

import dev.asterism.l7.io.Conn;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel knows of an accepted connection, asked when it is accepted and not kept: two calls each. Null for a
 * connection that is no TCP socket of this transport, or is gone already. On the loop's thread.
 */
public final class ConnAddresses {

    private static final int SOL_IP = 0;
    private static final int SOL_IPV6 = 41;

    /** The same number at both levels; linux/netfilter_ipv4.h and linux/netfilter_ipv6/ip6_tables.h. */
    private static final int ORIGINAL_DST = 80;

    private static final int SOCKADDR_IN_BYTES = 16;
    private static final int SOCKADDR_IN6_BYTES = 28;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    private ConnAddresses() {}

    /** The other end. */
    public static @Nullable InetSocketAddress remote(Conn conn) {
        return conn instanceof SocketConn socket && !conn.isClosed() ? socket.peer() : null;
    }

    /** This end: of a listener on all addresses the one that the peer asked for. */
    public static @Nullable InetSocketAddress local(Conn conn) {
        return conn instanceof SocketConn socket && !conn.isClosed() ? socket.local() : null;
    }

    /** Where the other end wanted to go before a rule of this host redirected it; null when none did. */
    public static @Nullable InetSocketAddress originalDestination(Conn conn) {
        return conn instanceof SocketConn socket && !conn.isClosed()
                ? originalDestination(socket.fd().intValue())
                : null;
    }

    static @Nullable InetSocketAddress originalDestination(int descriptor) {
        Socket socket = new Socket(descriptor);
        InetSocketAddress ipv4 = ask(socket, SOL_IP, SOCKADDR_IN_BYTES);
        InetSocketAddress wanted = ipv4 != null ? ipv4 : ask(socket, SOL_IPV6, SOCKADDR_IN6_BYTES);
        // Of a connection that was tracked, but not redirected, it is the address it has.
        return wanted == null || wanted.equals(socket.localAddress()) ? null : wanted;
    }

    private static @Nullable InetSocketAddress ask(Socket socket, int level, int bytes) {
        ByteBuffer address = ByteBuffer.allocateDirect(bytes);
        try {
            socket.getRawOpt(level, ORIGINAL_DST, address);
            return parse(address);
        } catch (IOException | ChannelException _) {
            return null; // ENOENT: not tracked; ENOPROTOOPT: the other family
        }
    }

    /** A struct sockaddr_in or sockaddr_in6 (ip(7), ipv6(7)). */
    static @Nullable InetSocketAddress parse(ByteBuffer address) throws IOException {
        int family = address.duplicate().order(ByteOrder.nativeOrder()).getShort(0);
        int port = address.getShort(2) & 0xFFFF;
        int at;
        byte[] host;
        switch (family) {
            case AF_INET -> {
                at = 4;
                host = new byte[4];
            }
            case AF_INET6 -> {
                at = 8;
                host = new byte[16];
            }
            default -> {
                return null;
            }
        }
        address.get(at, host);
        return new InetSocketAddress(InetAddress.getByAddress(host), port);
    }
}
