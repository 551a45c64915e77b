package dev.asterism.l7.transport;

import io.netty.channel.ChannelException;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A socket that listens, bound to a TCP address or to a path. Several loops may accept from one of a path, as the
 * kernel does not spread those by SO_REUSEPORT: it closes when all of them have let go. Its file is removed then, and
 * one that a process has left behind is replaced. Thread-safe.
 */
final class ListeningSocket {

    private static final int BACKLOG = 8192;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_DEFER_ACCEPT = 9;

    private final Socket socket;
    private final @Nullable Path file;

    /** Its clients are peers, and not of this node. */
    private final boolean inbound;

    private final AtomicInteger users = new AtomicInteger();

    private ListeningSocket(Socket socket, @Nullable Path file, boolean inbound) {
        this.socket = socket;
        this.file = file;
        this.inbound = inbound;
    }

    static ListeningSocket open(SocketAddress at, boolean clientSpeaksFirst, boolean inbound)
            throws IOException {
        return switch (at) {
            case InetSocketAddress tcp -> tcp(tcp, clientSpeaksFirst, inbound);
            case UnixDomainSocketAddress unix -> unix(unix.getPath());
            default -> throw new IOException("cannot listen at " + at);
        };
    }

    private static Socket made(boolean unix) throws IOException {
        try {
            return unix ? Socket.newSocketDomain() : Socket.newSocketStream();
        } catch (ChannelException failure) {
            throw new IOException(failure);
        }
    }

    private static ListeningSocket tcp(
            InetSocketAddress at, boolean clientSpeaksFirst, boolean inbound) throws IOException {
        Socket socket = made(false);
        try {
            socket.setReuseAddress(true);
            socket.setReusePort(true);
            // Accepted sockets inherit it.
            socket.setTcpNoDelay(true);
            socket.setIntOpt(IPPROTO_TCP, TCP_DEFER_ACCEPT, clientSpeaksFirst ? 1 : 0);
            socket.bind(at);
            socket.listen(BACKLOG);
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
        return new ListeningSocket(socket, null, inbound);
    }

    private static ListeningSocket unix(Path file) throws IOException {
        // Netty's bind takes away whatever is there.
        if (Files.exists(file) && isTaken(file)) {
            throw new IOException("cannot listen at " + file + ": it is in use");
        }
        Socket socket = made(true);
        try {
            socket.bind(new DomainSocketAddress(file.toString()));
            socket.listen(BACKLOG);
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
        return new ListeningSocket(socket, file, false);
    }

    /** What is no socket, or is one that somebody listens at, is not ours to replace. */
    private static boolean isTaken(Path file) throws IOException {
        if (Files.isRegularFile(file) || Files.isDirectory(file)) {
            return true;
        }
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
            return true;
        } catch (ConnectException _) {
            return false;
        }
    }

    boolean isShared() {
        return file != null;
    }

    /** Whether each peer may have so many connections only. */
    boolean isInbound() {
        return inbound;
    }

    /** To be accepted from. */
    Socket socket() {
        return socket;
    }

    void use() {
        users.incrementAndGet();
    }

    void letGo() throws IOException {
        if (users.decrementAndGet() == 0) {
            socket.close();
            if (file != null) {
                Files.deleteIfExists(file);
            }
        }
    }
}
