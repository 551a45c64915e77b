package dev.asterism.l7.front;

import dev.asterism.l7.exchange.Client;
import dev.asterism.l7.exchange.RequestHandler;
import dev.asterism.l7.exchange.Workspace;
import dev.asterism.l7.http.ClientTimes;
import dev.asterism.l7.http1.Http1Codec;
import dev.asterism.l7.http1.Http1Server;
import dev.asterism.l7.http1.RequestHeadParser;
import dev.asterism.l7.http2.Http2Codec;
import dev.asterism.l7.http2.Http2Server;
import dev.asterism.l7.http2.Http2Settings;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.ConnGroup;
import dev.asterism.l7.io.WireProtocol;
import dev.asterism.l7.pipe.PipeHandler;
import dev.asterism.l7.pipe.TcpPipe;

/** Makes what speaks on the client connections of a listener, and knows which are open. One loop's thread. */
public final class FrontFactory {

    private final Http1Codec http1;
    private final Http2Codec http2;
    private final Destined usual;
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
        usual = new Destined(handler, pipes, null);
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
    public WireProtocol on(Conn conn, Caller caller) {
        return on(conn, caller, usual, spoken);
    }

    /**
     * As {@link #on(Conn, Caller)}, for a connection that leads elsewhere than the others.
     *
     * @param speaks what it may speak
     */
    @SuppressWarnings("ReferenceEquality") // whether it has handed over already
    public WireProtocol on(Conn conn, Caller caller, Destined to, Spoken speaks) {
        clients.add(conn, caller);
        WireProtocol first =
                switch (speaks) {
                    case HTTP -> new HttpVersion(conn, caller, this, to);
                    case HTTP_2 -> http2(conn, caller, to);
                    case DETECTED -> new Detection(conn, caller, this, to, false);
                    case TCP -> pipe(conn, caller, to, false);
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

    /** Sets the times of connections that are still to come. */
    public void times(ClientTimes next) {
        times = next;
    }

    ClientTimes times() {
        return times;
    }

    Workspace workspace() {
        return http1.workspace();
    }

    RequestHeadParser parser() {
        return http1.requests();
    }

    WireProtocol http1(Conn conn, Caller caller, Destined to) {
        return speak(conn, new Http1Server(conn, http1, new Client(caller, times, to.handler())));
    }

    WireProtocol http2(Conn conn, Caller caller, Destined to) {
        Client client = new Client(caller, times, to.handler());
        return speak(conn, new Http2Server(conn, http2, Http2Settings.SERVER, client));
    }

    /**
     * @param watched whether it must not carry HTTP
     */
    WireProtocol pipe(Conn conn, Caller caller, Destined to, boolean watched) {
        TcpPipe pipe = new TcpPipe(conn, caller, to.pipes(), times.pipe());
        if (watched) {
            pipe.lookAt(new HttpWatch(caller, this, to));
        }
        speak(conn, pipe.protocol());
        pipe.start();
        return pipe.protocol();
    }

    /** For a client whose pipe turned out to be for HTTP, or whose server does not speak first. */
    WireProtocol detectLate(Conn conn, Caller caller, Destined to) {
        return speak(conn, new Detection(conn, caller, this, to, true));
    }

    private WireProtocol speak(Conn conn, WireProtocol next) {
        conn.speak(next);
        if (draining) {
            next.drain();
        }
        return next;
    }
}
