package dev.asterism.l7.transport;

import dev.asterism.l7.io.Batch;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The loops of a process, a thread each, which share nothing: the kernel spreads the connections of a TCP address over
 * them by SO_REUSEPORT, and those of a path go to whichever loop is awake first. Methods may be called from any thread
 * but the loops' own.
 */
public final class EpollLoops implements AutoCloseable {

    private static final long ENDING_SECONDS = 3;

    private final MultiThreadIoEventLoopGroup group;
    private final List<EpollLoop> loops;
    private final ListeningAddresses listening = new ListeningAddresses();

    /** {@code faults} is told of faults of ours, on any loop's thread. */
    public EpollLoops(int count, Batch.Faults faults) {
        this(count, faults, DescriptorBudget.UNLIMITED);
    }

    /**
     * As {@link #EpollLoops(int, Batch.Faults)}.
     *
     * @param descriptors what the loops may have open together
     */
    public EpollLoops(int count, Batch.Faults faults, DescriptorBudget descriptors) {
        group =
                new MultiThreadIoEventLoopGroup(
                        count, new DefaultThreadFactory("l7", true), GuardedIoHandler.factory());
        List<EpollLoop> made = new ArrayList<>();
        for (EventExecutor each : group) {
            made.add(new EpollLoop((IoEventLoop) each, faults, descriptors, count, listening));
        }
        loops = List.copyOf(made);
    }

    public List<EpollLoop> loops() {
        return loops;
    }

    /** The listeners of all loops at one address: of one port when it was 0. */
    public static final class Listeners {

        private final List<Listener> each;
        private final List<EpollLoop> loops;
        private final Runnable whenClosed;

        private Listeners(List<EpollLoop> loops, List<Listener> each, Runnable whenClosed) {
            this.loops = loops;
            this.each = List.copyOf(each);
            this.whenClosed = whenClosed;
        }

        public List<Listener> each() {
            return each;
        }

        /** Accepts no more when the loops have come to it; open connections go on. */
        public void close() {
            whenClosed.run();
            for (int i = 0; i < each.size(); i++) {
                loops.get(i).execute(each.get(i)::close);
            }
        }
    }

    /**
     * Listens on every loop, or on none.
     *
     * @param at as {@link EpollLoop#listen} wants it
     * @param acceptors of each loop; called on its thread
     */
    public Listeners listen(
            SocketAddress at,
            boolean clientSpeaksFirst,
            Function<EpollLoop, ConnAcceptor> acceptors)
            throws IOException {
        return listen(at, clientSpeaksFirst, !clientSpeaksFirst, acceptors);
    }

    /**
     * As {@link #listen(SocketAddress, boolean, Function)}.
     *
     * @param inbound clients are peers, each of which may have so many connections only
     */
    public Listeners listen(
            SocketAddress at,
            boolean clientSpeaksFirst,
            boolean inbound,
            Function<EpollLoop, ConnAcceptor> acceptors)
            throws IOException {
        List<Listener> open = new ArrayList<>();
        ListeningSocket socket = ListeningSocket.open(at, clientSpeaksFirst, inbound);
        SocketAddress bound = at;
        if (at instanceof InetSocketAddress) {
            InetSocketAddress local = socket.socket().localAddress();
            bound = local == null ? at : local;
        }
        try {
            for (EpollLoop loop : loops) {
                if (!open.isEmpty() && !socket.isShared()) {
                    socket = ListeningSocket.open(bound, clientSpeaksFirst, inbound);
                }
                ListeningSocket mine = socket;
                open.add(on(loop, () -> loop.listen(mine, acceptors.apply(loop))));
            }
        } catch (IOException failure) {
            new Listeners(loops, open, () -> {}).close();
            throw failure;
        }
        SocketAddress where = bound;
        listening.add(where);
        return new Listeners(loops, open, () -> listening.remove(where));
    }

    /** Runs a task on every loop: a new configuration is one object that each takes over in its own time. */
    public void execute(Consumer<EpollLoop> task) {
        loops.forEach(loop -> loop.execute(() -> task.accept(loop)));
    }

    private static <T> T on(EpollLoop loop, Callable<T> task) throws IOException {
        try {
            return loop.netty().submit(task).get();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException(stopped);
        } catch (ExecutionException failure) {
            throw new IOException(failure.getCause());
        } catch (RejectedExecutionException failure) {
            throw new IOException("an event loop has ended", failure);
        }
    }

    /** Ends the loops with all that is open, but waits no longer than a few seconds for one that stands still. */
    @Override
    public void close() {
        boolean _ =
                group.shutdownGracefully(0, 1, TimeUnit.SECONDS)
                        .awaitUninterruptibly(ENDING_SECONDS, TimeUnit.SECONDS);
    }
}
