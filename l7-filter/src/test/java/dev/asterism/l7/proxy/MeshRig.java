package dev.asterism.l7.proxy;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.exchange.Workspace;
import dev.asterism.l7.front.FrontFactory;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.http.ClientTimes;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.HttpLimits;
import dev.asterism.l7.http1.Http1Codec;
import dev.asterism.l7.http2.FrameBytes;
import dev.asterism.l7.http2.Http2Codec;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.TracePolicy;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.io.MemoryLoop;
import dev.asterism.l7.pool.EndpointSet;
import dev.asterism.l7.pool.PoolSpec;
import dev.asterism.l7.pool.PoolWatch;
import dev.asterism.l7.route.RouteSpec;
import dev.asterism.l7.upstream.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** One loop of a filter with a service and its endpoints in memory: the test plays clients and servers. */
final class MeshRig {

    static final String SERVICE = "orders";
    static final String GET = "GET /a HTTP/1.1\r\nHost: orders\r\n\r\n";
    static final TracePolicy TRACES = new TracePolicy(true, 0, false);
    static final Caller WEB = new Caller("web-1", List.of("web"), "10.0.0.1", "ab", "mesh");

    private final MemoryLoop loop = new MemoryLoop();
    private final Workspace workspace = new Workspace(FieldNames.standard(), HttpLimits.STANDARD);
    private final Http1Codec http1 = Http1Codec.of(workspace);
    private final Http2Codec http2 = new Http2Codec(workspace);
    private final Map<Integer, List<MemoryConn>> connections = new HashMap<>();
    private final Set<Integer> refusing = new HashSet<>();
    private final Set<Integer> silent = new HashSet<>();
    private final Recorder observer = new Recorder();
    private final ServiceSide side;
    private Dispatcher dispatcher;
    private FilterSnapshot snapshot;
    private int opened;

    MeshRig(UpstreamPolicy upstream, TrafficPolicy traffic) {
        this(spec(ServiceSide.OUTBOUND, upstream, traffic, List.of(), AuthzSpec.NONE), 1);
    }

    MeshRig(ServiceSpec spec, long seed) {
        this(spec.direction(), FilterSnapshot.of(filter(spec), null, 0), seed);
    }

    /** Of a service of this node that finds its limit by itself, with one endpoint. */
    static MeshRig overloaded() {
        String yaml = "l7: {serve: {orders: {port: 80, to: '127.0.0.1:9090', overload: {}}}}";
        return new MeshRig(FilterFiles.config(yaml).services().getFirst(), 1).endpoints(1);
    }

    /** Another loop of the same filter; its time is its own. */
    MeshRig beside(long seed) {
        return new MeshRig(side, snapshot, seed);
    }

    private MeshRig(ServiceSide side, FilterSnapshot snapshot, long seed) {
        this.side = side;
        this.snapshot = snapshot;
        dispatcher =
                new Dispatcher(
                        new LoopParts(
                                loop.batch(),
                                (address, protocol) ->
                                        new Endpoint(
                                                address, protocol, this::connect, http1, http2),
                                observer,
                                new SplittableRandom(seed)::nextLong,
                                1),
                        snapshot);
    }

    static FilterSpec filter(ServiceSpec spec) {
        return new FilterSpec(List.of(spec), true, false, TRACES, "self", "hash");
    }

    static ServiceSpec spec(
            ServiceSide side,
            UpstreamPolicy upstream,
            TrafficPolicy traffic,
            List<RouteSpec> routes,
            AuthzSpec rules) {
        LinkedHashMap<String, PoolSpec> pools = new LinkedHashMap<>();
        pools.put("default", new PoolSpec.Static(List.of(), ""));
        pools.put("next", new PoolSpec.Static(List.of(), ""));
        return new ServiceSpec(
                SERVICE,
                side,
                List.of(),
                80,
                pools,
                upstream,
                traffic,
                List.of(traffic),
                routes,
                rules,
                "test.yml:1");
    }

    /** A pipe of this caller to the service. */
    PipeAdmission pipe(Caller caller) {
        return dispatcher.admit(SERVICE, caller, false);
    }

    /** Another configuration. */
    void reload(ServiceSpec spec) {
        snapshot = FilterSnapshot.of(filter(spec), snapshot, loop.batch().nowNanos());
        dispatcher.apply(snapshot);
        loop.settle();
    }

    private Conn connect(SocketAddress at) {
        InetSocketAddress to = (InetSocketAddress) at;
        MemoryConn conn = loop.conn();
        opened++;
        connections.computeIfAbsent(to.getPort(), _ -> new ArrayList<>()).add(conn);
        if (refusing.contains(to.getPort())) {
            conn.beginConnecting();
            loop.batch().afterEvents(conn::lose);
        } else if (silent.contains(to.getPort())) {
            conn.beginConnecting();
        }
        return conn;
    }

    /** Endpoints of the default pool, by port. */
    MeshRig endpoints(int... ports) {
        return pool("default", ports);
    }

    MeshRig pool(String name, int... ports) {
        List<EndpointSet.Entry> entries = new ArrayList<>();
        for (int port : ports) {
            entries.add(new EndpointSet.Entry("n" + port, address(port), 1, Long.MAX_VALUE));
        }
        dispatcher.endpoints(
                new PoolWatch.Key(side == ServiceSide.INBOUND, SERVICE, name),
                new EndpointSet(entries));
        loop.settle();
        return this;
    }

    static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Connections to this endpoint fail. */
    MeshRig refuses(int port) {
        refusing.add(port);
        return this;
    }

    MeshRig accepts(int port) {
        refusing.remove(port);
        silent.remove(port);
        return this;
    }

    /** Connections to this endpoint do not come about. */
    MeshRig isSilent(int port) {
        silent.add(port);
        return this;
    }

    MemoryConn client() {
        return client(Caller.UNKNOWN, Spoken.HTTP);
    }

    MemoryConn client(Caller caller, Spoken spoken) {
        MemoryConn conn = loop.conn();
        new FrontFactory(
                        http1,
                        http2,
                        side == ServiceSide.INBOUND
                                ? dispatcher.inbound(SERVICE)
                                : dispatcher.outboundByHost(),
                        pipe -> {},
                        spoken,
                        ClientTimes.STANDARD)
                .on(conn, caller);
        return conn;
    }

    /** What a client of HTTP/2 sends first, with a GET. */
    static byte[] http2Get() {
        return firstStream(":method: GET", ":scheme: http", ":authority: orders", ":path: /a");
    }

    /** What a client of HTTP/2 sends first, with a call of gRPC. */
    static byte[] grpcCall() {
        return firstStream(
                ":method: POST",
                ":scheme: http",
                ":path: /p.S/M",
                ":authority: orders",
                "content-type: application/grpc");
    }

    private static byte[] firstStream(String... fields) {
        return FrameBytes.join(
                FrameBytes.PREFACE, FrameBytes.settings(), FrameBytes.headers(1, true, fields));
    }

    List<MemoryConn> servers(int port) {
        return connections.getOrDefault(port, List.of());
    }

    /** The latest connection to an endpoint. */
    MemoryConn server(int port) {
        return servers(port).getLast();
    }

    /** The endpoint's port that was sent something since anybody looked; 0: none. Takes what was sent. */
    Asked asked() {
        for (Map.Entry<Integer, List<MemoryConn>> endpoint : connections.entrySet()) {
            for (MemoryConn conn : endpoint.getValue()) {
                String text = conn.sentText();
                if (!text.isEmpty()) {
                    return new Asked(endpoint.getKey(), conn, text);
                }
            }
        }
        return new Asked(0, loop.conn(), "");
    }

    /** What an endpoint got. */
    record Asked(int port, MemoryConn conn, String text) {

        void answers(int status) {
            answers(status, "");
        }

        void answers(int status, String fields) {
            conn.arrive("HTTP/1.1 " + status + " X\r\ncontent-length: 0\r\n" + fields + "\r\n");
        }
    }

    void passMillis(long millis) {
        loop.pass(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    long nowNanos() {
        return loop.batch().nowNanos();
    }

    MemoryLoop loop() {
        return loop;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    FilterSnapshot snapshot() {
        return snapshot;
    }

    Recorder observer() {
        return observer;
    }

    int opened() {
        return opened;
    }
}
