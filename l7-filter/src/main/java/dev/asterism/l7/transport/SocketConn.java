package dev.asterism.l7.transport;

import dev.asterism.l7.io.Batch;
import dev.asterism.l7.io.Conn;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A TCP or Unix socket without a channel: registered with epoll only when it must wait, level-triggered, one read for
 * each event. Accepted sockets are a plain descriptor, as the constructor of Netty's Socket asks the kernel for the
 * address.
 */
public final class SocketConn extends Conn implements EpollIoHandle {

    private static final int IN = 1;
    private static final int OUT = 4;
    private static final int ERROR = 8;
    private static final int HANG_UP = 16;

    /**
     * By the bits IN and OUT. Errors are always told; ops without any bit would make the next change fail with
     * ENOENT.
     */
    private static final EpollIoOps[] OPS = {
        EpollIoOps.EPOLLERR,
        EpollIoOps.EPOLLIN,
        EpollIoOps.EPOLLERR,
        EpollIoOps.EPOLLERR,
        EpollIoOps.EPOLLOUT,
        EpollIoOps.valueOf(IN | OUT)
    };

    private final EpollLoop loop;
    private final FileDescriptor socket;
    private @Nullable IoRegistration registration;
    private @Nullable InetAddress countedPeer;
    private boolean counted;
    private boolean registering;
    private int interest = -1;

    SocketConn(EpollLoop loop, FileDescriptor socket) {
        super(loop.batch());
        this.loop = loop;
        this.socket = socket;
    }

    /** Begins to connect. */
    void connect(InetSocketAddress to) {
        connecting(true);
        try {
            Socket own = (Socket) socket;
            own.setTcpNoDelay(true);
            connecting(!own.connect(to));
            interestChanged();
        } catch (IOException _) {
            fail();
        }
    }

    /** The other end, or null when it has none or is gone; asks the kernel. */
    public @Nullable InetSocketAddress peer() {
        return new Socket(socket.intValue()).remoteAddress();
    }

    /** Our end, as {@link #peer}. */
    public @Nullable InetSocketAddress local() {
        return new Socket(socket.intValue()).localAddress();
    }

    /**
     * Counts it among those that are accepted; false: there are too many.
     *
     * @param peer null: its peer is not counted
     */
    boolean enters(@Nullable InetAddress peer) {
        counted = loop.acceptedConns().enters(peer);
        countedPeer = peer;
        return counted;
    }

    /** Reads what is there already and waits for more if there is to be more. */
    void accepted() {
        boolean read = readable();
        if (!isClosed() && (!read || protocol().waits())) {
            interestChanged();
        }
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    @Override
    public void handle(IoRegistration from, IoEvent event) {
        loop.tick();
        try {
            ready(((EpollIoEvent) event).ops().value());
        } catch (Throwable fault) {
            faulty(fault);
        }
    }

    private void ready(int events) {
        if (isClosed()) {
            return;
        }
        if (isConnecting()) {
            finishConnect();
            return;
        }
        if ((events & OUT) != 0) {
            flush();
        }
        if ((events & (IN | ERROR | HANG_UP)) != 0 && !isClosed()) {
            int over = events & (ERROR | HANG_UP);
            if (takesInput()) {
                readable();
            } else if (over == HANG_UP && isPaused() && isOutputEnded()) {
                unwatch();
            } else if (over != 0) {
                lose();
            }
        }
    }

    /**
     * Both directions have ended and input waits to be read: the kernel would go on saying so, whatever is asked for.
     */
    private void unwatch() {
        if (registration != null) {
            registration.cancel();
            registration = null;
        }
        registering = false;
        interest = -1;
    }

    private void finishConnect() {
        try {
            if (((Socket) socket).finishConnect()) {
                opened();
                interestChanged();
            }
        } catch (IOException _) {
            lose();
        }
    }

    /** False: there was nothing. */
    private boolean readable() {
        if (!takesInput()) {
            return true;
        }
        byte[] in = batch().input();
        int at = Batch.RESERVE + heldBytes();
        if (at == in.length) {
            // A read of no bytes would look like the peer's end.
            throw new IllegalStateException("protocol holds all input and does not pause");
        }
        int count = loop.calls().read(socket, in, at, in.length - at);
        if (count > 0) {
            arrived(count);
        } else if (count == 0) {
            ended();
        } else if (count == SocketCalls.BROKEN) {
            lose();
        }
        return count != SocketCalls.WOULD_BLOCK;
    }

    @Override
    protected int write(byte[] from, int at, int length) {
        return loop.calls().write(socket, from, at, length);
    }

    @Override
    protected void interestChanged() {
        if (isClosed()) {
            return;
        }
        int wanted = isConnecting() ? OUT : (takesInput() ? IN : 0) | (isBlocked() ? OUT : 0);
        if (wanted == interest || wanted == 0 && interest == -1 && isOutputEnded()) {
            return;
        }
        interest = wanted;
        if (registration != null) {
            registration.submit(OPS[wanted]);
        } else if (!registering) {
            registering = true;
            loop.register(this);
        }
    }

    /** The loop knows this socket. */
    void registered(IoRegistration now) {
        if (isClosed()) {
            now.cancel();
            return;
        }
        registration = now;
        now.submit(OPS[interest]);
    }

    @Override
    protected void shutdownOutput() {
        try {
            new Socket(socket.intValue()).shutdown(false, true);
        } catch (IOException _) {
            drop();
        }
    }

    @Override
    protected void shut() {
        if (counted) {
            counted = false;
            loop.acceptedConns().left(countedPeer);
        }
        if (registration != null) {
            registration.cancel();
            registration = null;
        }
        loop.calls().close(socket);
    }

    @Override
    public void close() {
        lose();
    }
}
