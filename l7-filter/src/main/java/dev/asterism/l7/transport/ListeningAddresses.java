package dev.asterism.l7.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Where the loops of a process listen, so that a request is not sent back to where it came in. Any thread. */
final class ListeningAddresses {

    /** An address once for each time that it was added: a reload opens its listeners before it closes the old ones. */
    private final List<SocketAddress> open = new CopyOnWriteArrayList<>();

    void add(SocketAddress address) {
        open.add(address);
    }

    void remove(SocketAddress address) {
        boolean _ = open.remove(address);
    }

    /** Whether a connection to there would be accepted here. */
    boolean leadHere(SocketAddress to) {
        for (SocketAddress listener : open) {
            if (listener.equals(to) || isEverywhere(listener, to)) {
                return true;
            }
        }
        return false;
    }

    /** A listener on all addresses of the host, and {@code to} is one of them. */
    private static boolean isEverywhere(SocketAddress listener, SocketAddress to) {
        return listener instanceof InetSocketAddress at
                && to instanceof InetSocketAddress tcp
                && at.getPort() == tcp.getPort()
                && at.getAddress().isAnyLocalAddress()
                && !tcp.isUnresolved()
                && isOfThisHost(tcp.getAddress());
    }

    private static boolean isOfThisHost(InetAddress address) {
        try {
            return address.isLoopbackAddress()
                    || address.isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }
}
