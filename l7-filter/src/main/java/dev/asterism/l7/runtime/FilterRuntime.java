package dev.asterism.l7.runtime;

import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.config.FilterConfig.Listen;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.health.HealthCheck;
import dev.asterism.l7.health.HealthChecks;
import dev.asterism.l7.http.ClientTimes;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.Batch;
import dev.asterism.l7.pool.AddressLookup;
import dev.asterism.l7.pool.EndpointSet;
import dev.asterism.l7.pool.PeerDirectory;
import dev.asterism.l7.pool.PoolSpec;
import dev.asterism.l7.pool.PoolWatch;
import dev.asterism.l7.proxy.FilterSnapshot;
import dev.asterism.l7.proxy.ServiceSpec;
import dev.asterism.l7.proxy.UpstreamPolicy;
import dev.asterism.l7.telemetry.FilterMetrics;
import dev.asterism.l7.transport.DescriptorBudget;
import dev.asterism.l7.transport.EpollLoop;
import dev.asterism.l7.transport.EpollLoops;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The running filter: loops, listeners, and what watches the endpoints. A configuration is one snapshot that each loop
 * takes over as a task; a snapshot that cannot be made changes nothing. Methods are for one thread that is no loop's.
 */
public final class FilterRuntime implements AutoCloseable {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /**
     * What surrounds it.
     *
     * @param self what this node calls itself towards others: the caller of its own requests
     * @param mark of sockets that the filter opens, 0: none
     * @param random makes a source of longs for each loop
     * @param health is told, on a loop's thread, of applications that are well or not
     * @param faults is told of faults of ours, on any loop's thread
     * @param alive gets the number of a loop that is at work, twice a second
     * @param rollouts remembers how far roll-outs are
     */
    public record Surroundings(
            Caller self,
            PeerDirectory directory,
            AddressLookup names,
            FilterMetrics metrics,
            int mark,
            LongSupplier random,
            HealthCheck.Listener health,
            Batch.Faults faults,
            IntConsumer alive,
            RolloutKeeper rollouts) {}

    /** Listeners that are open, until they are closed. */
    public static final class Opened implements AutoCloseable {

        private final EpollLoops.Listeners listeners;

        private Opened(EpollLoops.Listeners listeners) {
            this.listeners = listeners;
        }

        /** The port that was chosen; 0 for a path. */
        public int port() {
            InetSocketAddress address = listeners.each().getFirst().address();
            return address == null ? 0 : address.getPort();
        }

        /** Accepts no more; open connections go on. */
        @Override
        public void close() {
            listeners.close();
        }
    }

    private final Surroundings around;
    private final DescriptorBudget descriptors = DescriptorBudget.ofProcess();
    private final EpollLoops loops;
    private final Map<EpollLoop, FilterLoop> byLoop = new ConcurrentHashMap<>();
    private final ScheduledExecutorService watching =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("l7-pools").factory());
    private final PoolWatch watch;
    private final Map<PoolWatch.Key, EndpointSet> endpoints = new ConcurrentHashMap<>();
    private final RolloutWatch rollouts;
    private volatile FilterSnapshot snapshot;
    private FilterConfig config;

    /** Starts the loops; nothing listens yet. */
    public FilterRuntime(FilterConfig config, Surroundings around) {
        this.config = config;
        this.around = around;
        snapshot = FilterSnapshot.of(config.spec(around.self().name()), null, System.nanoTime());
        rollouts = new RolloutWatch(around.rollouts());
        rollouts.restore(snapshot, System.currentTimeMillis());
        loops = new EpollLoops(loopCount(config), around.faults(), descriptors);
        try {
            watch = new PoolWatch(around.directory(), around.names(), watching, this::publish);
            begin();
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** Half the processors, 1 to 4, unless the file says how many. */
    public static int loopCount(FilterConfig config) {
        int half = Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 4);
        return config.threads() == 0 ? half : config.threads();
    }

    private void begin() {
        int[] number = {0};
        for (EpollLoop loop : loops.loops()) {
            int mine = number[0]++;
            run(
                    loop,
                    () ->
                            byLoop.put(
                                    loop,
                                    new FilterLoop(
                                            loop,
                                            snapshot,
                                            times(config),
                                            around.metrics().ofLoop(),
                                            around.random(),
                                            new FilterLoop.LoopDuty(
                                                    loops.loops().size(),
                                                    around.mark(),
                                                    around.health(),
                                                    () -> around.alive().accept(mine)))));
        }
        for (EpollLoop loop : loops.loops()) {
            around.metrics().watch(loop.batch().counts());
        }
        around.metrics().watch(() -> snapshot.services());
        boolean _ = reserve();
        watch(snapshot);
        check(config);
        var _ =
                watching.scheduleWithFixedDelay(
                        this::tick, SECOND.toMillis(), SECOND.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tick() {
        rollouts.tick(snapshot, System.currentTimeMillis());
        watch.tick(System.currentTimeMillis());
    }

    private static ClientTimes times(FilterConfig config) {
        ClientTimes usual = ClientTimes.STANDARD;
        return new ClientTimes(
                config.intercept().detectTimeout().toNanos(),
                usual.head(),
                usual.idle(),
                usual.stream(),
                usual.pipe());
    }

    /** Applications that are offered to others are asked by the first loop. */
    private void check(FilterConfig of) {
        List<HealthChecks.Asked> asked = new ArrayList<>();
        for (ServiceSpec service : of.services()) {
            if (service.offer().advertised()) {
                PoolSpec.Static to = (PoolSpec.Static) service.pools().firstEntry().getValue();
                asked.add(
                        new HealthChecks.Asked(
                                service.name(),
                                service.offer().health(),
                                to.targets().getFirst().address(),
                                service.upstream().protocol() == UpstreamPolicy.Protocol.HTTP_2));
            }
        }
        EpollLoop first = loops.loops().getFirst();
        run(first, () -> of(first).check(asked));
    }

    private void watch(FilterSnapshot of) {
        watching.execute(() -> watch.pools(of.pools(), System.currentTimeMillis()));
    }

    private void publish(PoolWatch.Key pool, EndpointSet set) {
        endpoints.put(pool, set);
        loops.execute(loop -> of(loop).dispatcher().endpoints(pool, set));
    }

    private FilterLoop of(EpollLoop loop) {
        FilterLoop found = byLoop.get(loop);
        if (found == null) {
            throw new IllegalStateException("the loop has not begun");
        }
        return found;
    }

    /** Runs on the loop, and waits for it, but not for one that stands still or has ended. */
    private static void run(EpollLoop loop, Runnable task) {
        if (loop.hasEnded()) {
            return;
        }
        CountDownLatch done = new CountDownLatch(1);
        loop.execute(
                () -> {
                    try {
                        task.run();
                    } finally {
                        done.countDown();
                    }
                });
        try {
            boolean _ = done.await(SECOND.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The next requests go by this configuration. Listeners and the number of loops stay as they are.
     *
     * @throws IllegalArgumentException when it cannot be compiled; nothing has changed then
     */
    public void apply(FilterConfig next) {
        FilterSnapshot made =
                FilterSnapshot.of(next.spec(around.self().name()), snapshot, System.nanoTime());
        snapshot = made;
        config = next;
        around.metrics().reload(next);
        boolean _ = reserve();
        for (EpollLoop loop : loops.loops()) {
            run(loop, () -> of(loop).apply(made, times(next)));
        }
        endpoints.keySet().retainAll(made.pools().keySet());
        watch(made);
        check(next);
    }

    /**
     * Keeps descriptors for the connections that services may have ({@code max.connections}).
     *
     * @return false: the process may not open as many files, and half of them is left to clients
     */
    public boolean reserve() {
        long wanted = 0;
        for (ServiceSpec service : config.services()) {
            wanted += service.upstream().max().connections();
        }
        return descriptors.reserve(wanted);
    }

    /** Sockets that the filter may have open. */
    public int mostSockets() {
        return descriptors.most();
    }

    /** Of these, the most that clients may have. */
    public int mostClientSockets() {
        return descriptors.mostClients();
    }

    public FilterSnapshot snapshot() {
        return snapshot;
    }

    /** How far roll-outs are. */
    public List<RolloutRow> rollouts() {
        return RolloutRow.of(snapshot, System.currentTimeMillis());
    }

    /** What a pool has at the moment; empty when nothing has been found yet. */
    public EndpointSet endpoints(PoolWatch.Key pool) {
        return endpoints.getOrDefault(pool, EndpointSet.EMPTY);
    }

    /**
     * Listens for requests of this node, whose host names the service.
     *
     * @throws IOException when the address cannot be had
     */
    public Opened listen(Listen at) throws IOException {
        SocketAddress address =
                switch (at) {
                    case Listen.Tcp tcp -> tcp.address();
                    case Listen.Unix unix -> UnixDomainSocketAddress.of(unix.path());
                };
        return new Opened(
                loops.listen(address, true, loop -> conn -> of(loop).byHost(conn, around.self())));
    }

    /**
     * Listens for connections of this node that a rule of the host has led away from where they were going.
     *
     * @throws IOException when the address cannot be had
     */
    public Opened listenRedirected(InetSocketAddress at) throws IOException {
        return new Opened(
                loops.listen(
                        at,
                        false,
                        false,
                        loop -> conn -> of(loop).redirected(conn, around.self())));
    }

    /**
     * Listens for peers that call a service of this node.
     *
     * @param unseen whether bytes are carried without inspection
     * @throws IOException when the address cannot be had
     */
    public Opened serve(
            ServiceSpec service, boolean unseen, InetSocketAddress at, CallerSource callers)
            throws IOException {
        Spoken spoken = unseen ? Spoken.TCP : Spoken.onPort(service.port());
        return new Opened(
                loops.listen(
                        at,
                        false,
                        loop -> conn -> of(loop).inbound(conn, service.name(), spoken, callers)));
    }

    /** Ends the requests and the connections of these callers at once. */
    public void cut(Predicate<Caller> whose) {
        loops.execute(loop -> of(loop).cut(whose));
    }

    /** Connections of clients that are open. */
    public int clients() {
        return loops.loops().stream().mapToInt(loop -> loop.batch().counts().clients()).sum();
    }

    /**
     * Ends connections in order for so long, then whatever is left; an interrupt ends the wait. Listeners are to be
     * closed before. Loops that stand still or have ended are not waited for longer.
     *
     * @return how many connections were reset
     */
    public int drain(Duration patience) {
        List<EpollLoop> live = loops.loops().stream().filter(loop -> !loop.hasEnded()).toList();
        CountDownLatch open = new CountDownLatch(live.size());
        AtomicInteger reset = new AtomicInteger();
        for (EpollLoop loop : live) {
            loop.execute(
                    () ->
                            of(loop).drain(
                                            patience.toNanos(),
                                            cut -> {
                                                reset.addAndGet(cut);
                                                open.countDown();
                                            }));
        }
        try {
            boolean _ = open.await(patience.plus(SECOND).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return reset.get();
    }

    /** For whoever watches the loops. */
    public LoopThreads threads() {
        return new EpollThreads(loops.loops());
    }

    /** Ends everything at once. */
    @Override
    public void close() {
        watching.shutdownNow();
        loops.close();
    }
}
