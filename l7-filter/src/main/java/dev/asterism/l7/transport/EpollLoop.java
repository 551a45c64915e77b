package dev.asterism.l7.transport;

import dev.asterism.l7.io.Batch;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.LoopCounts.Refusal;
import dev.asterism.l7.io.LoopFault;
import dev.asterism.l7.io.Unopened;
import dev.asterism.l7.upstream.Connector;
import io.netty.channel.ChannelException;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event loop with its connections and listeners. Methods are to be called on its thread, but for {@link #execute}.
 */
public final class EpollLoop implements Connector, AutoCloseable {

    private static final int SOL_SOCKET = 1;
    private static final int SO_MARK = 36;

    private final IoEventLoop netty;
    private final Batch.Faults faults;
    private final Batch batch;
    private final SocketCalls calls = new SocketCalls();
    private final DescriptorBudget descriptors;
    private final AcceptedConns acceptedConns;
    private final ListeningAddresses listening;
    private @Nullable ScheduledFuture<?> alarm;
    private int mark;

    /** {@code faults} is told of faults of ours, on the loop's thread. */
    public EpollLoop(IoEventLoop netty, Batch.Faults faults) {
        this(netty, faults, DescriptorBudget.UNLIMITED, 1, new ListeningAddresses());
    }

    /**
     * As {@link #EpollLoop(IoEventLoop, Batch.Faults)}.
     *
     * @param loops that share the descriptors of the process
     * @param listening where all of them listen
     */
    EpollLoop(
            IoEventLoop netty,
            Batch.Faults faults,
            DescriptorBudget descriptors,
            int loops,
            ListeningAddresses listening) {
        this.listening = listening;
        this.netty = netty;
        this.faults = faults;
        this.descriptors = descriptors;
        acceptedConns =
                new AcceptedConns(
                        AcceptedConns.most(
                                descriptors.most(), loops, Runtime.getRuntime().maxMemory()));
        batch = new Batch(this::later, this::wakeAt, faults, System.nanoTime());
        batch.takeTurns(System::nanoTime, this::inNextRound);
        // Its class must be there before it is needed: none can be read when no descriptor is left.
        var _ = new RefusedConn(batch, Unopened.DESCRIPTORS);
    }

    public Batch batch() {
        return batch;
    }

    AcceptedConns acceptedConns() {
        return acceptedConns;
    }

    SocketCalls calls() {
        return calls;
    }

    void tick() {
        batch.tick(System.nanoTime());
    }

    private void wakeAt(long nanos) {
        if (alarm != null) {
            alarm.cancel(false);
        }
        long wait = Math.max(0, nanos - System.nanoTime());
        alarm = netty.schedule(this::advance, wait, TimeUnit.NANOSECONDS);
    }

    private void advance() {
        alarm = null;
        tick();
        batch.timers().advance(batch.nowNanos());
    }

    void register(SocketConn conn) {
        Future<IoRegistration> future = netty.register(conn);
        if (future.isSuccess()) {
            conn.registered(future.getNow());
        } else {
            future.addListener(
                    done -> {
                        if (done.isSuccess()) {
                            conn.registered(future.getNow());
                        } else {
                            conn.lose();
                        }
                    });
        }
    }

    /** Connections made from now on carry this mark (SO_MARK), by which rules of the host know them; 0 for none. */
    public void mark(int ofSockets) {
        mark = ofSockets;
    }

    @Override
    public Conn connect(SocketAddress to) {
        if (to instanceof InetSocketAddress tcp && tcp.isUnresolved()) {
            return new RefusedConn(batch, Unopened.UNREACHABLE);
        }
        if (!descriptors.tryUpstream()) {
            return refused(Refusal.UPSTREAMS);
        }
        SocketConn conn = new SocketConn(this);
        conn.toUpstream();
        batch.counts().upstreams(1);
        conn.connect(to);
        return conn;
    }

    /** A socket to connect to this address by; null: there is no descriptor for it. */
    @Nullable Socket socketTo(SocketAddress to) throws IOException {
        Socket socket;
        try {
            socket =
                    to instanceof InetSocketAddress
                            ? Socket.newSocketStream()
                            : Socket.newSocketDomain();
        } catch (ChannelException _) {
            batch.counts().refused(Refusal.DESCRIPTORS);
            return null;
        }
        try {
            if (mark != 0) {
                socket.setIntOpt(SOL_SOCKET, SO_MARK, mark);
            }
            if (to instanceof InetSocketAddress) {
                socket.setTcpNoDelay(true);
            }
            return socket;
        } catch (IOException e) {
            calls.close(socket);
            throw e;
        }
    }

    @Override
    public Conn connectElsewhere(SocketAddress to) {
        return listening.leadHere(to) ? new RefusedConn(batch, Unopened.LOOP) : connect(to);
    }

    private Conn refused(Refusal why) {
        batch.counts().refused(why);
        return new RefusedConn(batch, Unopened.DESCRIPTORS);
    }

    /** An accepted socket takes its place until {@link #clientClosed}; else why there is none. */
    @Nullable Refusal tryClient(@Nullable InetAddress peer) {
        Refusal why = acceptedConns.enters(peer);
        if (why != null) {
            return why;
        }
        if (!descriptors.tryClient()) {
            acceptedConns.left(peer);
            return Refusal.CLIENTS;
        }
        batch.counts().clients(1);
        return null;
    }

    void clientClosed(@Nullable InetAddress peer) {
        acceptedConns.left(peer);
        descriptors.clientClosed();
        batch.counts().clients(-1);
    }

    void upstreamClosed() {
        descriptors.upstreamClosed();
        batch.counts().upstreams(-1);
    }

    /**
     * Opens a listener of this loop.
     *
     * @param at a TCP address, which other loops may share, or a {@link java.net.UnixDomainSocketAddress}
     * @param clientSpeaksFirst connections are accepted when their first bytes are there, which saves a wake-up
     */
    public Listener listen(SocketAddress at, boolean clientSpeaksFirst, ConnAcceptor acceptor)
            throws IOException {
        return listen(ListeningSocket.open(at, clientSpeaksFirst, !clientSpeaksFirst), acceptor);
    }

    Listener listen(ListeningSocket socket, ConnAcceptor acceptor) {
        Listener listener = new Listener(this, socket, acceptor);
        netty.register(listener)
                .addListener(
                        done -> {
                            if (done.isSuccess()) {
                                listener.registered((IoRegistration) done.getNow());
                            } else {
                                listener.close();
                            }
                        });
        return listener;
    }

    /**
     * Runs a task behind the events at hand, as a change of what the loop serves is; from any thread. A loop that
     * {@link #hasEnded} runs nothing.
     */
    public void execute(Runnable task) {
        later(() -> perform(task));
    }

    private void later(Runnable task) {
        try {
            netty.execute(task);
        } catch (RejectedExecutionException e) {
            if (!hasEnded()) {
                throw e;
            }
        }
    }

    /** What a task schedules comes behind the next look for events; what an event schedules, behind the events at hand. */
    private void inNextRound(Runnable task) {
        try {
            var _ = netty.schedule(() -> perform(task), 0, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            if (!hasEnded()) {
                throw e;
            }
        }
    }

    private void perform(Runnable task) {
        tick();
        try {
            task.run();
        } catch (Throwable fault) {
            faults.caught(LoopFault.of(fault));
        }
    }

    /** Its thread is no more, or about to end: nothing that it had goes on. Any thread. */
    public boolean hasEnded() {
        return netty.isShuttingDown();
    }

    /** What has ended it; null: it has not ended, or in order. Any thread. */
    public @Nullable Throwable end() {
        return netty.terminationFuture().cause();
    }

    /** Where its thread is, the innermost call first; empty when it has ended. Any thread. */
    public List<StackTraceElement> whereabouts() {
        return hasEnded()
                ? List.of()
                : List.of(((SingleThreadIoEventLoop) netty).threadProperties().stackTrace());
    }

    IoEventLoop netty() {
        return netty;
    }

    /** Ends the loop's timers; listeners and connections end with Netty's loop. */
    @Override
    public void close() {
        if (alarm != null) {
            alarm.cancel(false);
            alarm = null;
        }
    }
}
