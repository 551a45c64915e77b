package dev.asterism.l7.transport;

import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.WireProtocol;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A listening socket. Accepts when there is something to read, so that accept, read and forward are one wake-up. */
public final class Listener implements EpollIoHandle {

    private static final int BACKLOG = 8192;
    private static final int ACCEPTS_AT_ONCE = 64;
    private static final int NO_DESCRIPTOR_MILLIS = 100;

    private static final int IPPROTO_TCP = 6;
    private static final int TCP_DEFER_ACCEPT = 9;

    private final EpollLoop loop;
    private final Socket socket;
    private final Function<Conn, WireProtocol> protocols;
    private @Nullable IoRegistration registration;
    private boolean closed;

    private Listener(EpollLoop loop, Socket socket, Function<Conn, WireProtocol> protocols) {
        this.loop = loop;
        this.socket = socket;
        this.protocols = protocols;
    }

    static Listener open(
            EpollLoop loop, InetSocketAddress at, Function<Conn, WireProtocol> protocols)
            throws IOException {
        Socket socket = Socket.newSocketStream();
        try {
            socket.setReuseAddress(true);
            socket.setReusePort(true);
            // Accepted sockets inherit it.
            socket.setTcpNoDelay(true);
            socket.setIntOpt(IPPROTO_TCP, TCP_DEFER_ACCEPT, 1);
            socket.bind(at);
            socket.listen(BACKLOG);
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
        return new Listener(loop, socket, protocols);
    }

    public @Nullable InetSocketAddress address() {
        return socket.localAddress();
    }

    void registered(IoRegistration now) {
        if (closed) {
            now.cancel();
            return;
        }
        registration = now;
        now.submit(EpollIoOps.EPOLLIN);
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    @Override
    public void handle(IoRegistration from, IoEvent event) {
        loop.tick();
        for (int i = 0; i < ACCEPTS_AT_ONCE; i++) {
            int descriptor = loop.calls().accept(socket);
            if (descriptor == SocketCalls.NO_DESCRIPTOR) {
                // Level-triggered: without a rest the loop would do nothing else until a connection
                // closes.
                from.submit(EpollIoOps.EPOLLERR);
                loop.later(this::again, NO_DESCRIPTOR_MILLIS);
                return;
            }
            if (descriptor < 0) {
                return;
            }
            accepted(descriptor);
        }
    }

    private void again() {
        if (registration != null) {
            registration.submit(EpollIoOps.EPOLLIN);
        }
    }

    private void accepted(int descriptor) {
        SocketConn conn = new SocketConn(loop, new FileDescriptor(descriptor));
        try {
            conn.speak(protocols.apply(conn));
            conn.accepted();
        } catch (RuntimeException fault) {
            conn.faulty(fault);
        }
    }

    /** Accepts no more; open connections go on. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (registration != null) {
            registration.cancel();
            registration = null;
        }
        loop.calls().close(socket);
    }
}
