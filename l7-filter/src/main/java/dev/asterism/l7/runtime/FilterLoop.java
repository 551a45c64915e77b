package dev.asterism.l7.runtime;

import dev.asterism.l7.exchange.RequestHandler;
import dev.asterism.l7.exchange.Workspace;
import dev.asterism.l7.front.Drain;
import dev.asterism.l7.front.FrontFactory;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.health.HealthCheck;
import dev.asterism.l7.health.HealthChecks;
import dev.asterism.l7.http.ClientTimes;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.HttpLimits;
import dev.asterism.l7.http1.Http1Codec;
import dev.asterism.l7.http2.Http2Codec;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.Timer;
import dev.asterism.l7.io.WireProtocol;
import dev.asterism.l7.pool.EndpointFactory;
import dev.asterism.l7.proxy.Dispatcher;
import dev.asterism.l7.proxy.FilterSnapshot;
import dev.asterism.l7.proxy.LoopParts;
import dev.asterism.l7.proxy.Observer;
import dev.asterism.l7.transport.ConnAddresses;
import dev.asterism.l7.transport.EpollLoop;
import dev.asterism.l7.upstream.Endpoint;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What one loop has. Belongs to the loop's thread. */
final class FilterLoop {

    private static final long BEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final EpollLoop loop;
    private final Http1Codec http1;
    private final Http2Codec http2;
    private final Dispatcher dispatcher;
    private final OriginalDestinations originals;
    private final Map<String, FrontFactory> fronts = new LinkedHashMap<>();
    private final Runnable alive;
    private final HealthChecks health;
    private final Beat beat = new Beat();
    private ClientTimes times;

    FilterLoop(
            EpollLoop loop,
            FilterSnapshot snapshot,
            ClientTimes times,
            Observer observer,
            LongSupplier random,
            LoopDuty duty) {
        this.loop = loop;
        this.times = times;
        this.alive = duty.alive();
        Workspace workspace = new Workspace(FieldNames.standard(), HttpLimits.STANDARD);
        http1 = Http1Codec.of(workspace);
        http2 = new Http2Codec(workspace);
        loop.mark(duty.mark());
        loop.batch().memory().most(duty.memoryBytes());
        EndpointFactory endpoints =
                (address, protocol) -> new Endpoint(address, protocol, loop, http1, http2);
        dispatcher =
                new Dispatcher(
                        new LoopParts(loop.batch(), endpoints, observer, random, duty.loops()),
                        snapshot);
        health =
                new HealthChecks(
                        loop.batch(),
                        loop,
                        workspace,
                        (address, protocol) -> new Endpoint(address, protocol, loop, http1, http2),
                        duty.health());
        originals = new OriginalDestinations(dispatcher, loop, endpoints, loop.batch());
        loop.batch().pulse(alive, BEAT_NANOS / 2, System::nanoTime);
        beat.run();
    }

    /**
     * @param loops how many there are
     * @param mark of sockets that the filter opens, 0: none
     * @param health is told of the applications that this loop asks
     * @param alive is called at least twice a second while the loop is at work, however much it has to do
     */
    record LoopDuty(int loops, int mark, HealthCheck.Listener health, Runnable alive) {

        /** A quarter of the heap for the buffers of all loops. */
        private static final int SHARE_OF_HEAP = 4;

        long memoryBytes() {
            return Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP / loops;
        }
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    /** These applications are asked from now on; one loop asks for all. */
    void check(List<HealthChecks.Asked> applications) {
        health.ask(applications);
    }

    void apply(FilterSnapshot next, ClientTimes nextTimes) {
        times = nextTimes;
        fronts.values().forEach(front -> front.times(nextTimes));
        dispatcher.apply(next);
    }

    /** A connection at a listener of this node's own: the host names the service. */
    WireProtocol byHost(Conn conn, Caller self) {
        return front("", Spoken.HTTP, dispatcher.outboundByHost(), null).on(conn, self);
    }

    /** A connection that a rule of this host has led here, from where it wanted to go. */
    WireProtocol redirected(Conn conn, Caller self) {
        InetSocketAddress wanted = ConnAddresses.originalDestination(conn);
        return wanted == null
                ? byHost(conn, self)
                : front("", Spoken.HTTP, dispatcher.outboundByHost(), null)
                        .on(
                                conn,
                                self,
                                originals.of(wanted, self),
                                Spoken.onPort(wanted.getPort()));
    }

    /** A connection of a peer to a service of this node. */
    WireProtocol inbound(Conn conn, String service, Spoken spoken, CallerSource callers) {
        InetSocketAddress local = ConnAddresses.local(conn);
        InetSocketAddress remote = ConnAddresses.remote(conn);
        Caller caller =
                local == null || remote == null ? Caller.UNKNOWN : callers.of(local, remote);
        return front("in " + service + spoken, spoken, dispatcher.inbound(service), service)
                .on(conn, caller);
    }

    private FrontFactory front(
            String key, Spoken spoken, RequestHandler handler, @Nullable String service) {
        FrontFactory known = fronts.get(key);
        if (known != null) {
            return known;
        }
        FrontFactory made =
                new FrontFactory(
                        http1,
                        http2,
                        handler,
                        new ApplicationPipes(service, spoken == Spoken.TCP, dispatcher, loop),
                        spoken,
                        times);
        fronts.put(key, made);
        return made;
    }

    /** Ends the requests of these callers, and their connections with them: who they were is no longer true. */
    void cut(Predicate<Caller> whose) {
        dispatcher.cut(whose);
        fronts.values().forEach(front -> front.clients().lose(whose));
    }

    /** Ends all connections in order, for so long; then tells how many were reset. */
    void drain(long nanos, IntConsumer whenDone) {
        loop.batch().timers().cancel(beat);
        health.close();
        Drain.begin(loop.batch(), List.copyOf(fronts.values()), nanos, whenDone);
    }

    private final class Beat extends Timer {

        @Override
        protected void expired() {
            run();
        }

        void run() {
            alive.run();
            loop.batch().buffers().forgetUnneeded();
            loop.batch().after(this, BEAT_NANOS);
        }
    }
}
