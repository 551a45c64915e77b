package dev.asterism.agent.it;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/**
 * Sockets at given ports of a node. A process that another test starts at the same moment holds
 * copies of all descriptors of this JVM until it replaces itself, so a port that was closed just
 * now may be taken a little longer.
 */
final class Ports {

    private static final int FREE = 0;

    /** More than any test has connections, as an overflow makes the kernel forget some. */
    private static final int BACKLOG = 512;

    private static final int TRIES = 200;
    private static final long PAUSE_NANOS = 10_000_000;

    private Ports() {}

    static DatagramChannel udp(NamespaceNode node, int port) {
        return node.host()
                .inside(
                        () ->
                                retrying(
                                        () -> {
                                            DatagramChannel channel = udp(family(node));
                                            try {
                                                return channel.bind(address(node, port));
                                            } catch (IOException e) {
                                                channel.close();
                                                throw e;
                                            }
                                        }));
    }

    /** Of sockets that reach a node at the overlay address by which it is meant. */
    static StandardProtocolFamily family(NamespaceNode node) {
        return node.isIpv6() ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
    }

    private static DatagramChannel udp(StandardProtocolFamily family) throws IOException {
        return DatagramChannel.open(family)
                .setOption(StandardSocketOptions.SO_RCVBUF, 4 << 20)
                .setOption(StandardSocketOptions.SO_SNDBUF, 1 << 20);
    }

    static DatagramChannel udpAnywhere(NamespaceNode node) {
        return udp(node, FREE);
    }

    static ServerSocketChannel tcpServer(NamespaceNode node, int port) {
        return node.host()
                .inside(
                        () ->
                                retrying(
                                        () -> {
                                            ServerSocketChannel server =
                                                    ServerSocketChannel.open(family(node));
                                            try {
                                                return server.bind(address(node, port), BACKLOG);
                                            } catch (IOException e) {
                                                server.close();
                                                throw e;
                                            }
                                        }));
    }

    private static InetSocketAddress address(NamespaceNode node, int port) {
        return new InetSocketAddress(node.isIpv6() ? "::" : "0.0.0.0", port);
    }

    private static <T> T retrying(Callable<T> bind) throws Exception {
        for (int i = 1; i < TRIES; i++) {
            try {
                return bind.call();
            } catch (BindException e) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        return bind.call();
    }
}
