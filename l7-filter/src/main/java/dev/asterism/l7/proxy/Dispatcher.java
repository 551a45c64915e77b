package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.InputRefusal;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.exchange.RequestHandler;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.Timer;
import dev.asterism.l7.pool.EndpointSet;
import dev.asterism.l7.pool.PoolWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
        return new OfService(ServiceSide.INBOUND, service);
    }

    /** For requests of this node whose connection was meant for this service. */
    public RequestHandler outbound(String service) {
        return new OfService(ServiceSide.OUTBOUND, service);
    }

    /** For requests of this node on a listener of its own: the service is the one that answers to the host. */
    public RequestHandler outboundByHost() {
        return new ByHost();
    }

    /**
     * Whether the host of a request of this node names a service at a port.
     *
     * @param head lent for the call
     */
    public boolean namesService(Head head, Caller caller, int port) {
        loop.view().begin(head, caller);
        ServiceOnLoop named = loop.byHost();
        return named != null && named.service().spec().port() == port;
    }

    /**
     * A pipe of a peer to a service of this node begins, if it may.
     *
     * @param counted whether it counts as a request at the service's rate
     */
    public PipeAdmission admit(String service, Caller caller, boolean counted) {
        ServiceOnLoop to = loop.service(ServiceSide.INBOUND, service);
        return to == null
                ? PipeAdmission.refused(LocalAnswer.NO_ROUTE)
                : to.admit(caller, counted, loop.batch().nowNanos());
    }

    public Observer observer() {
        return loop.observer();
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

    private final class OfService implements RequestHandler {

        private final ServiceSide side;
        private final String service;

        OfService(ServiceSide side, String service) {
            this.side = side;
            this.service = service;
        }

        @Override
        public void handle(Exchange exchange, Head head) {
            intake.handle(exchange, head, side, loop.service(side, service));
        }

        @Override
        public void refused(Caller caller, InputRefusal why, int status) {
            tell(side, service, caller, why, status);
        }
    }

    private final class ByHost implements RequestHandler {

        @Override
        public void handle(Exchange exchange, Head head) {
            intake.handleByHost(exchange, head);
        }

        @Override
        public void refused(Caller caller, InputRefusal why, int status) {
            tell(ServiceSide.OUTBOUND, "", caller, why, status);
        }
    }

    private void tell(
            ServiceSide side, String service, Caller caller, InputRefusal why, int status) {
        long now = loop.batch().nowNanos();
        loop.observer().inputRefused(new InputReport(side, service, caller, why, status, now));
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
