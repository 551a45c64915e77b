package dev.asterism.l7.upstream;

import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http1.Http1Client;
import dev.asterism.l7.http1.Http1Codec;
import dev.asterism.l7.http2.Http2Client;
import dev.asterism.l7.http2.Http2Codec;
import dev.asterism.l7.http2.Http2Settings;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.Conn;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One server and this loop's connections to it. HTTP/1 connections that are idle are used again, the latest first,
 * and closed after a minute; HTTP/2 has one connection until that takes no more streams. Belongs to one loop's
 * thread.
 */
public final class Endpoint {

    private static final int MOST_IDLE = 1024;
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final SocketAddress address;
    private final UpstreamProtocol protocol;
    private final Connector connector;
    private final Http1Codec http1;
    private final Http2Codec http2;
    private final ArrayList<Http1Client> idle = new ArrayList<>();
    private final ArrayList<Http1Client> open = new ArrayList<>();
    private final ArrayList<Http2Client> shared = new ArrayList<>();
    private final Http1Client.Owner owner = new IdleClients();
    private ConnectionGate gate = ConnectionGate.OPEN;
    private long connectNanos;
    private boolean retired;

    /** What its connections have said last; a new one may say it too late for the requests that wait. */
    private int knownStreams = Integer.MAX_VALUE;

    private boolean elsewhere;

    public Endpoint(
            SocketAddress address,
            UpstreamProtocol protocol,
            Connector connector,
            Http1Codec http1,
            Http2Codec http2) {
        this.address = address;
        this.protocol = protocol;
        this.connector = connector;
        this.http1 = http1;
        this.http2 = http2;
    }

    /**
     * Limits what it opens from now on.
     *
     * @param nanos that a connection may take to open, 0: without end
     */
    public void limit(ConnectionGate limit, long nanos) {
        gate = limit;
        connectNanos = nanos;
    }

    /** Connections that it opens from now on have so many nanoseconds for it, 0: without end. */
    public void connectWithin(long nanos) {
        connectNanos = nanos;
    }

    /** Connections that it opens from now on lead to no listener of this filter. */
    public void onlyElsewhere() {
        elsewhere = true;
    }

    public SocketAddress address() {
        return address;
    }

    public UpstreamProtocol protocol() {
        return protocol;
    }

    /** Sends a request that has come. The head is lent for the call; the exchange keeps it as it goes out. */
    public void send(Exchange exchange, Head head) {
        OutgoingHead.write(exchange, head, protocol);
        start(exchange);
    }

    /** Sends an exchange whose head is written; false: no connection may be opened for it. */
    public boolean start(Exchange exchange) {
        return switch (protocol) {
            case HTTP_1 -> startHttp1(exchange);
            case HTTP_2 -> startHttp2(exchange);
        };
    }

    private boolean startHttp1(Exchange exchange) {
        Http1Client client = kept(exchange);
        if (client == null) {
            client = openHttp1(exchange.caller());
        }
        if (client != null) {
            client.start(exchange);
        }
        return client != null;
    }

    /**
     * One that is idle; null: none. A request that may not be sent twice gets none that the server has closed already:
     * RFC 9110 9.2.2 forbids to send it again when that shows too late.
     */
    private @Nullable Http1Client kept(Exchange exchange) {
        while (!idle.isEmpty()) {
            Http1Client last = idle.removeLast();
            if (exchange.isIdempotent() || !last.hasGone()) {
                return last;
            }
            close(last);
        }
        return null;
    }

    private @Nullable Http1Client openHttp1(Caller caller) {
        if (!gate.tryOpen(caller)) {
            return null;
        }
        Conn conn = connect();
        Http1Client client = new Http1Client(conn, http1, owner);
        conn.speak(client);
        open.add(client);
        return client;
    }

    private Conn connect() {
        Conn conn = elsewhere ? connector.connectElsewhere(address) : connector.connect(address);
        if (connectNanos > 0) {
            conn.openWithin(connectNanos);
        }
        return conn;
    }

    private boolean startHttp2(Exchange exchange) {
        Http2Client client = http2Client(exchange.caller());
        if (client != null) {
            client.start(exchange);
        }
        return client != null;
    }

    private @Nullable Http2Client http2Client(Caller caller) {
        for (Http2Client client : shared) {
            if (client.canOpen()) {
                return client;
            }
            knownStreams = client.peerStreams();
        }
        if (!gate.tryOpen(caller)) {
            return null;
        }
        Conn conn = connect();
        Http2Client client = new Http2Client(conn, http2, Http2Settings.CLIENT, this::gone);
        client.expectStreams(knownStreams);
        conn.speak(client);
        shared.add(client);
        client.greet();
        return client;
    }

    private void gone(Http2Client client) {
        if (shared.remove(client)) {
            gate.closed();
        }
    }

    private void gone(Http1Client client) {
        idle.remove(client);
        if (open.remove(client)) {
            gate.closed();
        }
    }

    /** HTTP/1 connections that wait for a request. */
    public int idleConnections() {
        return idle.size();
    }

    /** Closes the connection that has waited longest for a request; false: none waits. */
    public boolean closeIdle() {
        if (!idle.isEmpty()) {
            close(idle.getFirst());
            return true;
        }
        for (Http2Client client : shared) {
            if (client.isIdle()) {
                client.retire();
                gone(client);
                return true;
            }
        }
        return false;
    }

    /** Closes connections that have been unused for a minute; to be called now and then. */
    public void sweep(long nowNanos) {
        while (!idle.isEmpty() && nowNanos - idle.getFirst().idleSinceNanos() > IDLE_NANOS) {
            close(idle.getFirst());
        }
        for (int i = shared.size() - 1; i >= 0; i--) {
            Http2Client client = shared.get(i);
            if (client.isUnusedSince(nowNanos - IDLE_NANOS)) {
                client.retire();
                gone(client);
            }
        }
    }

    private void close(Http1Client client) {
        gone(client);
        client.close();
    }

    /** Gets no more requests: what is idle closes at once, what works closes behind its last answer. */
    public void retire() {
        retired = true;
        while (!idle.isEmpty()) {
            close(idle.getLast());
        }
        for (Http2Client client : new ArrayList<>(shared)) {
            client.retire();
            gone(client);
        }
    }

    private final class IdleClients implements Http1Client.Owner {

        @Override
        public void idle(Http1Client client) {
            if (idle.size() < MOST_IDLE && !retired) {
                idle.add(client);
            } else {
                close(client);
            }
        }

        @Override
        public void gone(Http1Client client) {
            Endpoint.this.gone(client);
        }

        @Override
        public void stale() {
            while (!idle.isEmpty()) {
                close(idle.getLast());
            }
        }
    }
}
