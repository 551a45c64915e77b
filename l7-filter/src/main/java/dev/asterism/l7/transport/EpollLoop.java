package dev.asterism.l7.transport;

import dev.asterism.l7.io.Batch;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.WireProtocol;
import dev.asterism.l7.upstream.Connector;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** One event loop with its connections and listeners. Methods are to be called on its thread. */
public final class EpollLoop implements Connector, AutoCloseable {

    private static final int SWEEP_MILLIS = 250;

    private final IoEventLoop netty;
    private final Batch batch;
    private final SocketCalls calls = new SocketCalls();
    private final ScheduledFuture<?> sweeps;

    /** {@code faults} is told of faults of ours, on the loop's thread. */
    public EpollLoop(IoEventLoop netty, Batch.Faults faults) {
        this.netty = netty;
        batch = new Batch(netty::execute, faults);
        tick();
        sweeps =
                netty.scheduleAtFixedRate(
                        this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    public Batch batch() {
        return batch;
    }

    SocketCalls calls() {
        return calls;
    }

    void tick() {
        batch.nowNanos(System.nanoTime());
    }

    private void sweep() {
        tick();
        batch.sweep();
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

    @Override
    public Conn connect(InetSocketAddress to) {
        Socket socket = Socket.newSocketStream();
        SocketConn conn = new SocketConn(this, socket);
        try {
            socket.setTcpNoDelay(true);
        } catch (IOException _) {
            conn.fail();
            return conn;
        }
        conn.connect(to);
        return conn;
    }

    /**
     * Opens a listener of this loop alone.
     *
     * @param protocols what speaks on an accepted connection
     */
    public Listener listen(InetSocketAddress at, Function<Conn, WireProtocol> protocols)
            throws IOException {
        Listener listener = Listener.open(this, at, protocols);
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

    void later(Runnable task, int millis) {
        var _ = netty.schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    /** Ends the loop's own work; listeners and connections end with Netty's loop. */
    @Override
    public void close() {
        sweeps.cancel(false);
    }
}
