package dev.asterism.l7.transport;

import dev.asterism.l7.io.LoopCounts;
import dev.asterism.l7.io.Timer;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Accepts connections of a loop when there is something to read, so that accept, read and forward are one wake-up. */
public final class Listener implements EpollIoHandle {

    private static final int ACCEPTS_AT_ONCE = 64;
    private static final long NO_DESCRIPTOR_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final class Rest extends Timer {

        @Override
        protected void expired() {
            if (registration != null) {
                registration.submit(EpollIoOps.EPOLLIN);
            }
        }
    }

    private final EpollLoop loop;
    private final ListeningSocket socket;
    private final ConnAcceptor acceptor;
    private final Rest rest = new Rest();
    private @Nullable IoRegistration registration;
    private boolean closed;

    Listener(EpollLoop loop, ListeningSocket socket, ConnAcceptor acceptor) {
        this.loop = loop;
        this.socket = socket;
        this.acceptor = acceptor;
        socket.use();
    }

    /** Null for a path. */
    public @Nullable InetSocketAddress address() {
        return socket.isShared() ? null : socket.socket().localAddress();
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
        return socket.socket();
    }

    @Override
    public void handle(IoRegistration from, IoEvent event) {
        loop.tick();
        for (int i = 0; i < ACCEPTS_AT_ONCE && !closed; i++) {
            int descriptor = loop.calls().accept(socket.socket());
            if (descriptor == SocketCalls.NO_DESCRIPTOR) {
                loop.batch().counts().refused(LoopCounts.Refusal.DESCRIPTORS);
                // Level-triggered: without a rest the loop would do nothing else until a connection
                // closes.
                from.submit(EpollIoOps.EPOLLERR);
                loop.batch().after(rest, NO_DESCRIPTOR_NANOS);
                return;
            }
            if (descriptor >= 0) {
                accepted(descriptor);
            } else if (descriptor != SocketCalls.ABORTED) {
                return;
            }
        }
    }

    private void accepted(int descriptor) {
        SocketConn conn = new SocketConn(loop, new FileDescriptor(descriptor));
        InetSocketAddress remote = socket.isInbound() ? conn.peer() : null;
        if (!conn.enters(remote == null ? null : remote.getAddress())) {
            conn.drop();
            return;
        }
        try {
            conn.speak(acceptor.accept(conn));
            conn.accepted();
        } catch (Throwable fault) {
            conn.faulty(fault);
        }
    }

    /** Accepts no more; open connections go on. On the loop's thread. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        loop.batch().timers().cancel(rest);
        if (registration != null) {
            registration.cancel();
            registration = null;
        }
        try {
            socket.letGo();
        } catch (IOException _) {
            // Its number is free in any case, close(2).
        }
    }
}
