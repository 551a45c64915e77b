package dev.asterism.l7.transport;

import dev.asterism.l7.io.Batch;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.LoopCounts.Refusal;
import dev.asterism.l7.io.Unopened;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.NotYetConnectedException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A TCP or Unix socket without a channel: registered with epoll only when it must wait, level-triggered, one read for
 * each event. Accepted sockets are a plain descriptor, as the constructor of Netty's Socket asks the kernel for the
 * address.
 */
public final class SocketConn extends Conn implements EpollIoHandle {

    /** For a read that only shows whether there is something; its content is not used. */
    private static final byte[] ONE = new byte[1];

    private static final int IN = 1;
    private static final int OUT = 4;
    private static final int ERROR = 8;
    private static final int HANG_UP = 16;

    /** The peer has ended its direction. */
    private static final int PEER_END = 0x2000;

    /** In {@link #interest}, for {@link #PEER_END}. */
    private static final int END = 2;

    /**
     * By the bits IN, END and OUT. Errors are always told; ops without any bit would make the next change fail with
     * ENOENT.
     */
    private static final EpollIoOps[] OPS = {
        EpollIoOps.EPOLLERR,
        EpollIoOps.EPOLLIN,
        EpollIoOps.EPOLLRDHUP,
        EpollIoOps.EPOLLIN,
        EpollIoOps.EPOLLOUT,
        EpollIoOps.valueOf(IN | OUT),
        EpollIoOps.valueOf(PEER_END | OUT)
    };

    /** In which count of descriptors it is. */
    private enum Side {
        NONE,
        CLIENT,
        UPSTREAM
    }

    private final EpollLoop loop;

    /** Null until a connection of ours is begun. */
    private @Nullable FileDescriptor socket;

    private @Nullable IoRegistration registration;
    private @Nullable Backlog backlog;
    private @Nullable InetAddress countedPeer;
    private Side side = Side.NONE;
    private Unopened unopened = Unopened.UNREACHABLE;
    private boolean registering;
    private int interest = -1;

    /** One that has been accepted. */
    SocketConn(EpollLoop loop, FileDescriptor socket) {
        this(loop);
        this.socket = socket;
    }

    /** One that is to {@link #connect}. */
    SocketConn(EpollLoop loop) {
        super(loop.batch());
        this.loop = loop;
    }

    /**
     * Connects soon: for a request of HTTP/1 that its client has taken back by then there is no socket, and nothing has
     * reached the server.
     */
    void connect(SocketAddress to) {
        connecting(true);
        batch().soon(() -> begin(to));
    }

    private FileDescriptor socket() {
        return Objects.requireNonNull(socket, "not begun");
    }

    private void begin(SocketAddress to) {
        if (isClosed() || isBroken()) {
            return;
        }
        loop.tick();
        try {
            socket = loop.socketTo(to);
            if (socket == null) {
                unopened = Unopened.DESCRIPTORS;
                fail();
                return;
            }
            attempt(
                    to instanceof UnixDomainSocketAddress path
                            ? new DomainSocketAddress(path.toString())
                            : to);
        } catch (IOException _) {
            fail();
        } catch (Throwable fault) {
            faulty(fault);
        }
    }

    private void attempt(SocketAddress to) throws IOException {
        SocketCalls.Connecting how = SocketCalls.connect((Socket) socket(), to);
        if (how == SocketCalls.Connecting.BACKLOG_FULL) {
            if (backlog == null) {
                backlog = new Backlog(this, to);
            }
            backlog.await();
            return;
        }
        backlog = null;
        if (how == SocketCalls.Connecting.OPEN) {
            opened();
        }
        interestChanged();
    }

    /** As there was no room in the backlog before. */
    void attemptAgain(SocketAddress to) {
        try {
            attempt(to);
        } catch (IOException _) {
            backlog = null; // another reason than a full backlog
            fail();
        }
    }

    @Override
    public Unopened unopened() {
        return backlog == null ? unopened : Unopened.BACKLOG;
    }

    @Override
    public boolean hasGone() {
        return loop.calls().read(socket(), ONE, 0, 1) != SocketCalls.WOULD_BLOCK;
    }

    /** The other end, or null when it has none or is gone; asks the kernel. */
    public @Nullable InetSocketAddress peer() {
        return new Socket(socket().intValue()).remoteAddress();
    }

    /** Our end, as {@link #peer}. */
    public @Nullable InetSocketAddress local() {
        return new Socket(socket().intValue()).localAddress();
    }

    /**
     * Counts it among those that are accepted; false: there are too many.
     *
     * @param peer null: its peer is not counted
     */
    boolean enters(@Nullable InetAddress peer) {
        Refusal why = loop.tryClient(peer);
        if (why != null) {
            batch().counts().refused(why);
            return false;
        }
        side = Side.CLIENT;
        countedPeer = peer;
        return true;
    }

    /** Its place among those to upstreams is taken. */
    void toUpstream() {
        side = Side.UPSTREAM;
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
        return socket();
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
        if ((events & (IN | PEER_END | ERROR | HANG_UP)) != 0 && !isClosed()) {
            int over = events & (ERROR | HANG_UP);
            if (takesInput()) {
                readable();
            } else if (over == HANG_UP && isPaused() && isOutputEnded()) {
                unwatch();
            } else if (over != 0 || awaitsEnd()) {
                lose();
            } else {
                interestChanged(); // it has begun to close since it was asked for
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
            if (((Socket) socket()).finishConnect()) {
                opened();
                interestChanged();
            }
        } catch (IOException _) {
            lose();
        }
    }

    /** False: there was nothing, or there is no memory for it now. */
    private boolean readable() {
        if (!takesInput()) {
            return true;
        }
        if (input().awaitsTurn()) {
            interestChanged(); // not to be told in each round what its turn reads
            return true;
        }
        if (batch().memory().isFull()) {
            return false; // epoll says again that there is input
        }
        byte[] in = batch().input();
        int at = Batch.RESERVE + heldBytes();
        if (at == in.length) {
            // A read of no bytes would look like the peer's end.
            throw new IllegalStateException("protocol holds all input and does not pause");
        }
        int most = Math.min(in.length - at, batch().readBytes());
        int count = loop.calls().read(socket(), in, at, most);
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
        return loop.calls().write(socket(), from, at, length);
    }

    @Override
    protected void interestChanged() {
        if (isClosed() || socket == null || backlog != null) {
            return;
        }
        int wanted = isConnecting() ? OUT : inputInterest() | (isBlocked() ? OUT : 0);
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

    /** The kernel is to tell of the peer's end although nothing is read. */
    private boolean awaitsEnd() {
        return isPaused() && !isInputEnded() && !isClosing() && protocol().isOverWhenInputEnds();
    }

    private int inputInterest() {
        if (takesInput()) {
            return input().awaitsTurn() ? 0 : IN;
        }
        return awaitsEnd() ? END : 0;
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
            new Socket(socket().intValue()).shutdown(false, true);
        } catch (IOException | NotYetConnectedException _) {
            drop(); // the peer has reset it meanwhile
        }
    }

    @Override
    protected void shut() {
        if (side == Side.CLIENT) {
            loop.clientClosed(countedPeer);
        } else if (side == Side.UPSTREAM) {
            loop.upstreamClosed();
        }
        side = Side.NONE;
        if (registration != null) {
            registration.cancel();
            registration = null;
        }
        if (backlog != null) {
            batch().timers().cancel(backlog);
        }
        if (socket != null) {
            loop.calls().close(socket);
        }
    }

    @Override
    public void close() {
        lose();
    }
}
