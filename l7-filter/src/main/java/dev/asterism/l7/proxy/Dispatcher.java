package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.RequestHandler;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.Timer;
import dev.asterism.l7.pool.EndpointSet;
import dev.asterism.l7.pool.Member;
import dev.asterism.l7.pool.Pool;
import dev.asterism.l7.pool.PoolWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The request path of one loop: gives the handlers that fronts call, and takes what changes from outside as tasks of
 * its loop: {@link #apply} for a configuration, {@link #endpoints} for a pool, {@link #cut} for callers that may not go
 * on. All methods are to be called on the loop's thread.
 */
public final class Dispatcher {

    private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final DispatchLoop loop;
    private final Intake intake;
    private final Timer sweep = new Sweep();

    public Dispatcher(LoopParts parts, FilterSnapshot first) {
        loop = new DispatchLoop(parts, first);
        intake = new Intake(loop);
        parts.batch().after(sweep, SWEEP_NANOS);
    }

    /** For requests of peers for a service of this node. */
    public RequestHandler inbound(String service) {
        return (exchange, head) ->
                intake.handle(exchange, head, false, loop.service(ServiceSide.INBOUND, service));
    }

    /** For requests of this node whose connection was meant for this service. */
    public RequestHandler outbound(String service) {
        return (exchange, head) ->
                intake.handle(exchange, head, false, loop.service(ServiceSide.OUTBOUND, service));
    }

    /** For requests of this node on a listener of its own: the service is the one that answers to the host. */
    public RequestHandler outboundByHost() {
        return (exchange, head) -> intake.handle(exchange, head, true, null);
    }

    /** The next request goes by these rules; pools and endpoints that stay keep their connections and scores. */
    public void apply(FilterSnapshot next) {
        loop.apply(next);
    }

    public FilterSnapshot snapshot() {
        return loop.snapshot();
    }

    /** A pool's endpoints are these from now on; nothing when there is no such pool. */
    public void endpoints(PoolWatch.Key key, EndpointSet set) {
        ServiceSide side = key.inbound() ? ServiceSide.INBOUND : ServiceSide.OUTBOUND;
        ServiceOnLoop service = loop.service(side, key.service());
        if (service != null) {
            service.endpoints(key.pool(), set, loop.batch().nowNanos());
        }
    }

    /** Ends the requests of these callers at once, streams with a reset; returns how many. */
    public int cut(Predicate<Caller> whose) {
        List<RoutedRequest> theirs = new ArrayList<>();
        for (RoutedRequest request : loop.live()) {
            if (whose.test(request.exchange().caller())) {
                theirs.add(request);
            }
        }
        theirs.forEach(RoutedRequest::cut);
        return theirs.size();
    }

    /** Requests that are under way. */
    public int live() {
        return loop.live().size();
    }

    /** Each pool with its service: for a status. */
    public void pools(Consumer<Pool> each) {
        for (ServiceOnLoop service : loop.services()) {
            service.pools().forEach(each);
        }
    }

    /** Connections to endpoints, open or being opened. */
    public int connections() {
        int[] count = {0};
        pools(pool -> pool.members().forEach(member -> count[0] += connections(member)));
        return count[0];
    }

    private static int connections(Member member) {
        return member.connections();
    }

    private final class Sweep extends Timer {

        @Override
        protected void expired() {
            for (ServiceOnLoop service : loop.services()) {
                service.sweep(loop.batch().nowNanos());
            }
            loop.batch().after(this, SWEEP_NANOS);
        }
    }
}
