package dev.asterism.l7.proxy;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.exchange.RequestHandler;
import dev.asterism.l7.exchange.Workspace;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.HttpLimits;
import dev.asterism.l7.http1.Http1Codec;
import dev.asterism.l7.http2.Http2Codec;
import dev.asterism.l7.io.Batch;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.pool.EndpointSet;
import dev.asterism.l7.pool.PoolWatch;
import dev.asterism.l7.route.RouteSpec;
import dev.asterism.l7.upstream.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A dispatcher with one endpoint whose connection makes no objects: for counting those of the filter. */
final class DirectRig {

    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi".getBytes(StandardCharsets.ISO_8859_1);

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final Batch batch =
            new Batch(
                    tasks::add,
                    nanos -> {},
                    fault -> {
                        throw fault;
                    },
                    0);
    private final Dispatcher dispatcher;
    private final RequestHandler handler;
    private @Nullable StillConn conn;

    DirectRig(Observer observer) {
        Workspace workspace = new Workspace(FieldNames.standard(), HttpLimits.STANDARD);
        Http1Codec http1 = Http1Codec.of(workspace);
        Http2Codec http2 = new Http2Codec(workspace);
        ServiceSpec spec =
                MeshRig.spec(
                        ServiceSide.OUTBOUND,
                        UpstreamPolicy.STANDARD,
                        Policies.traffic(Policies.retry(2), Policies.timeouts(5000, 900)),
                        List.of(RouteSpec.named("all", "t:1").to("default").build()),
                        AuthzSpec.NONE);
        dispatcher =
                new Dispatcher(
                        new LoopParts(
                                batch,
                                (address, protocol) ->
                                        new Endpoint(
                                                address,
                                                protocol,
                                                to -> {
                                                    conn = new StillConn(batch);
                                                    return conn;
                                                },
                                                http1,
                                                http2),
                                observer,
                                new SplittableRandom(1)::nextLong,
                                1),
                        FilterSnapshot.of(MeshRig.filter(spec), null, 0));
        dispatcher.endpoints(
                new PoolWatch.Key(false, MeshRig.SERVICE, "default"),
                new EndpointSet(
                        List.of(
                                new EndpointSet.Entry(
                                        "n1", MeshRig.address(1), 1, Long.MAX_VALUE))));
        handler = dispatcher.outbound(MeshRig.SERVICE);
    }

    RequestHandler handler() {
        return handler;
    }

    long nowNanos() {
        return batch.nowNanos();
    }

    /** The endpoint answers the request at hand; a while passes. */
    void answer() {
        StillConn open = conn;
        if (open == null) {
            throw new IllegalStateException("nobody was asked");
        }
        batch.nowNanos(batch.nowNanos() + 300_000);
        batch.timers().advance(batch.nowNanos());
        open.answer(ANSWER);
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    /** Takes everything and says nothing of its own. */
    private static final class StillConn extends Conn {

        StillConn(Batch batch) {
            super(batch);
        }

        void answer(byte[] bytes) {
            System.arraycopy(bytes, 0, batch().input(), Batch.RESERVE + heldBytes(), bytes.length);
            arrived(bytes.length);
        }

        @Override
        protected int write(byte[] from, int at, int length) {
            return length;
        }

        @Override
        protected void interestChanged() {}

        @Override
        protected void shutdownOutput() {}

        @Override
        protected void shut() {}
    }
}
