package dev.asterism.l7.runtime;

import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.InputRefusal;
import dev.asterism.l7.exchange.RequestHandler;
import dev.asterism.l7.front.Destined;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.Batch;
import dev.asterism.l7.io.Timer;
import dev.asterism.l7.pipe.PipeEnd;
import dev.asterism.l7.pipe.PipeHandler;
import dev.asterism.l7.pipe.TcpPipe;
import dev.asterism.l7.pool.EndpointFactory;
import dev.asterism.l7.proxy.Dispatcher;
import dev.asterism.l7.proxy.PipeReport;
import dev.asterism.l7.proxy.ServiceSide;
import dev.asterism.l7.retry.ReplayBody;
import dev.asterism.l7.upstream.Connector;
import dev.asterism.l7.upstream.Endpoint;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;

/**
 * Where connections of this host go that a rule of the host has led to the filter. A request whose host names a service
 * at the port that was wanted goes to that service. Everything else goes to the address that was wanted: the bytes of
 * the whole connection when its first request, or what comes in place of one, is not for a service, and otherwise, as
 * for a stream of HTTP/2, that request. One loop's thread.
 */
final class OriginalDestinations {

    /** Addresses with connections that may be used again. */
    private static final int MOST_ADDRESSES = 64;

    /** Requests that are kept for the next. */
    private static final int MOST_SPARE = 64;

    private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(10);

    private record Place(InetSocketAddress address, UpstreamProtocol protocol) {}

    private final Dispatcher dispatcher;
    private final Connector connector;
    private final EndpointFactory endpoints;
    private final Batch batch;
    private final RequestHandler byHost;

    /** The latest used last. */
    private final SequencedMap<Place, Endpoint> open = new LinkedHashMap<>();

    private final Timer sweep = new Sweep();
    private final ArrayList<DirectRequest> spare = new ArrayList<>();

    OriginalDestinations(
            Dispatcher dispatcher, Connector connector, EndpointFactory endpoints, Batch batch) {
        this.dispatcher = dispatcher;
        this.connector = connector;
        this.endpoints = endpoints;
        this.batch = batch;
        byHost = dispatcher.outboundByHost();
    }

    /** Of one connection of {@code self}. */
    Destined of(InetSocketAddress wanted, Caller self) {
        return new Destined(
                new Requests(wanted, self),
                new Straight(wanted),
                head -> dispatcher.namesService(head, self, wanted.getPort()));
    }

    private DirectRequest request() {
        return spare.isEmpty()
                ? new DirectRequest(
                        this::spare,
                        new ReplayBody(batch.buffers(), dispatcher.snapshot().replay()),
                        batch)
                : spare.removeLast();
    }

    private void spare(DirectRequest request) {
        if (spare.size() < MOST_SPARE) {
            spare.add(request);
        }
    }

    private static UpstreamProtocol protocol(Head head) {
        return head.has(Head.TEXT) ? UpstreamProtocol.HTTP_1 : UpstreamProtocol.HTTP_2;
    }

    private Endpoint endpoint(InetSocketAddress address, UpstreamProtocol protocol) {
        Place place = new Place(address, protocol);
        Endpoint known = open.remove(place);
        if (known == null) {
            known = endpoints.open(address, protocol);
            known.connectWithin(CONNECT_NANOS);
        }
        open.put(place, known);
        if (open.size() > MOST_ADDRESSES) {
            open.pollFirstEntry().getValue().retire();
        }
        if (!sweep.isArmed()) {
            batch.after(sweep, SWEEP_NANOS);
        }
        return known;
    }

    private final class Sweep extends Timer {

        @Override
        protected void expired() {
            open.values().forEach(endpoint -> endpoint.sweep(batch.nowNanos()));
            batch.after(this, SWEEP_NANOS);
        }
    }

    private final class Requests implements RequestHandler {

        private final InetSocketAddress wanted;
        private final Caller self;

        Requests(InetSocketAddress wanted, Caller self) {
            this.wanted = wanted;
            this.self = self;
        }

        @Override
        public void handle(Exchange exchange, Head head) {
            if (dispatcher.namesService(head, self, wanted.getPort())) {
                byHost.handle(exchange, head);
            } else {
                request().begin(exchange, head, endpoint(wanted, protocol(head)));
            }
        }

        @Override
        public void refused(Caller caller, InputRefusal why, int status) {
            byHost.refused(caller, why, status);
        }
    }

    private final class Straight implements PipeHandler {

        private final InetSocketAddress wanted;

        Straight(InetSocketAddress wanted) {
            this.wanted = wanted;
        }

        @Override
        public void handle(TcpPipe pipe) {
            pipe.connect(connector.connect(wanted));
        }

        @Override
        public void ended(TcpPipe pipe, PipeEnd how) {
            dispatcher.observer().piped(PipeReport.of(ServiceSide.OUTBOUND, "", pipe, how, ""));
        }
    }
}
