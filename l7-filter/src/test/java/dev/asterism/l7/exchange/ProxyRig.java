package dev.asterism.l7.exchange;

import dev.asterism.l7.front.FrontFactory;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.http.ClientTimes;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.HttpLimits;
import dev.asterism.l7.http1.Http1Codec;
import dev.asterism.l7.http2.Http2Codec;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.io.MemoryLoop;
import dev.asterism.l7.pipe.PipeHandler;
import dev.asterism.l7.upstream.Endpoint;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** A whole proxy in memory: the test plays the client and the server. */
public final class ProxyRig {

    /** A request that {@link #OK} may answer. */
    public static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

    public static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    /** A request for a WebSocket, and the answer that opens it. */
    public static final String UPGRADE =
            "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    public static final String SWITCHES =
            "HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";

    private final MemoryLoop loop = new MemoryLoop();
    private final List<MemoryConn> upstreams = new ArrayList<>();
    private final Workspace workspace = new Workspace(FieldNames.standard(), HttpLimits.STANDARD);
    private final Http1Codec http1 = Http1Codec.of(workspace);
    private final Http2Codec http2 = new Http2Codec(workspace);
    private final Endpoint endpoint;
    private final FrontFactory fronts;
    private boolean slowConnect;

    public ProxyRig(UpstreamProtocol protocol) {
        endpoint =
                new Endpoint(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                        protocol,
                        to -> upstream(),
                        http1,
                        http2);
        fronts = front(Spoken.HTTP);
    }

    /** Another port; pipes go to a connection of {@link #server} too. */
    public FrontFactory front(Spoken spoken) {
        return front(spoken, endpoint::send, pipe -> pipe.connect(upstream()));
    }

    public FrontFactory front(Spoken spoken, RequestHandler requests, PipeHandler pipes) {
        return new FrontFactory(http1, http2, requests, pipes, spoken, ClientTimes.STANDARD);
    }

    /** A client of another port. */
    public MemoryConn client(FrontFactory port) {
        MemoryConn conn = loop.conn();
        conn.speak(port.on(conn));
        return conn;
    }

    public FrontFactory fronts() {
        return fronts;
    }

    /** A connection to the server. */
    public MemoryConn upstream() {
        MemoryConn conn = loop.conn();
        if (slowConnect) {
            conn.beginConnecting();
        }
        upstreams.add(conn);
        return conn;
    }

    /** Connections to the server wait until {@link MemoryConn#connected}. */
    public ProxyRig withSlowConnect() {
        slowConnect = true;
        return this;
    }

    public MemoryConn client() {
        return client(fronts);
    }

    /** On a port that takes HTTP/2 only. */
    public MemoryConn http2Client() {
        return client(front(Spoken.HTTP_2));
    }

    /** The n-th connection to the server. */
    public MemoryConn server(int n) {
        return upstreams.get(n);
    }

    public MemoryConn server() {
        return upstreams.getLast();
    }

    public int servers() {
        return upstreams.size();
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    public MemoryLoop loop() {
        return loop;
    }
}
