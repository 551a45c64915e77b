package dev.asterism.l7.front;

import dev.asterism.l7.exchange.Client;
import dev.asterism.l7.exchange.RequestHandler;
import dev.asterism.l7.http.ClientTimes;
import dev.asterism.l7.http1.Http1Codec;
import dev.asterism.l7.http1.Http1Server;
import dev.asterism.l7.http2.Http2Codec;
import dev.asterism.l7.http2.Http2Server;
import dev.asterism.l7.http2.Http2Settings;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.ConnGroup;
import dev.asterism.l7.io.WireProtocol;
import dev.asterism.l7.pipe.PipeHandler;
import dev.asterism.l7.pipe.TcpPipe;
import java.util.concurrent.TimeUnit;

/** Makes what speaks on the client connections of a listener, and knows which are open. One loop's thread. */
public final class FrontFactory {

    /** When it drains, a client that has just connected still gets its answer. */
    static final long LAST_CALL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Http1Codec http1;
    private final Http2Codec http2;
    private final RequestHandler handler;
    private final PipeHandler pipes;
    private final Spoken spoken;
    private ClientTimes times;
    private final ConnGroup clients = new ConnGroup();
    private boolean draining;

    public FrontFactory(
            Http1Codec http1,
            Http2Codec http2,
            RequestHandler handler,
            PipeHandler pipes,
            Spoken spoken,
            ClientTimes times) {
        this.http1 = http1;
        this.http2 = http2;
        this.handler = handler;
        this.pipes = pipes;
        this.spoken = spoken;
        this.times = times;
    }

    /** The connection of somebody unknown. */
    public WireProtocol on(Conn conn) {
        return on(conn, Caller.UNKNOWN);
    }

    /**
     * What is to speak on a new connection; it speaks already.
     *
     * @param caller who is at the other end, as the tunnel says
     */
    @SuppressWarnings("ReferenceEquality") // whether it has handed over already
    public WireProtocol on(Conn conn, Caller caller) {
        clients.add(conn, caller);
        WireProtocol first =
                switch (spoken) {
                    case HTTP -> new HttpVersion(conn, caller, this);
                    case HTTP_2 -> http2(conn, caller);
                    case DETECTED -> new Detection(conn, caller, this);
                    case TCP -> pipe(conn, caller);
                };
        return conn.protocol() == first ? first : speak(conn, first);
    }

    /** The open connections. */
    public ConnGroup clients() {
        return clients;
    }

    /** Ends all connections in order, those that are still to come too; {@link Drain} also waits for it. */
    public void drain() {
        draining = true;
        clients.forEach(conn -> conn.protocol().drain());
    }

    /** Of connections that are still to come. */
    public void times(ClientTimes next) {
        times = next;
    }

    ClientTimes times() {
        return times;
    }

    WireProtocol http1(Conn conn, Caller caller) {
        return speak(conn, new Http1Server(conn, http1, new Client(caller, times, handler)));
    }

    WireProtocol http2(Conn conn, Caller caller) {
        Client client = new Client(caller, times, handler);
        return speak(conn, new Http2Server(conn, http2, Http2Settings.SERVER, client));
    }

    WireProtocol pipe(Conn conn, Caller caller) {
        return begin(new TcpPipe(conn, caller, pipes, times.pipe()), conn);
    }

    /** For a client that has said nothing so far: it must not begin HTTP later. */
    void silentPipe(Conn conn, Caller caller) {
        TcpPipe pipe = new TcpPipe(conn, caller, pipes, times.pipe());
        pipe.refuseHttp();
        begin(pipe, conn);
    }

    private WireProtocol begin(TcpPipe pipe, Conn conn) {
        speak(conn, pipe.protocol());
        pipe.start();
        return pipe.protocol();
    }

    private WireProtocol speak(Conn conn, WireProtocol next) {
        conn.speak(next);
        if (draining) {
            next.drain();
        }
        return next;
    }
}
