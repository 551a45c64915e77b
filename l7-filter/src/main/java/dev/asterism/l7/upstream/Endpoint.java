package dev.asterism.l7.upstream;

import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.hpack.HpackEncoder;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http1.HeadText;
import dev.asterism.l7.http1.Http1Client;
import dev.asterism.l7.http1.Http1Codec;
import dev.asterism.l7.http2.Http2Client;
import dev.asterism.l7.http2.Http2Codec;
import dev.asterism.l7.http2.Http2Settings;
import dev.asterism.l7.io.Conn;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;

/**
 * One server and this loop's connections to it. HTTP/1 connections that are idle are used again, the latest first,
 * and closed after a minute; HTTP/2 has one connection until that takes no more streams. Belongs to one loop's
 * thread.
 */
public final class Endpoint {

    private static final int MOST_IDLE = 1024;
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final InetSocketAddress address;
    private final UpstreamProtocol protocol;
    private final Connector connector;
    private final Http1Codec http1;
    private final Http2Codec http2;
    private final ArrayList<Http1Client> idle = new ArrayList<>();
    private final ArrayList<Http2Client> shared = new ArrayList<>();
    private final Http1Client.Owner owner = new IdleClients();

    public Endpoint(
            InetSocketAddress address,
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

    /** Sends a request that has come. The head is lent for the call; the exchange keeps it as it goes out. */
    public void send(Exchange exchange, Head head) {
        byte[] to = exchange.headRoom(head.writtenBytes());
        switch (protocol) {
            case HTTP_1 -> {
                exchange.headLength(
                        HeadText.request(
                                head, to, exchange.requestFraming(), exchange.asksForUpgrade()));
                http1Client().start(exchange);
            }
            case HTTP_2 -> {
                exchange.headLength(HpackEncoder.request(head, to, exchange.requestFraming()));
                http2Client().start(exchange);
            }
        }
    }

    private Http1Client http1Client() {
        if (!idle.isEmpty()) {
            return idle.removeLast();
        }
        Conn conn = connector.connect(address);
        Http1Client client = new Http1Client(conn, http1, owner);
        conn.speak(client);
        return client;
    }

    private Http2Client http2Client() {
        for (Http2Client client : shared) {
            if (client.canOpen()) {
                return client;
            }
        }
        Conn conn = connector.connect(address);
        Http2Client client = new Http2Client(conn, http2, Http2Settings.CLIENT, shared::remove);
        conn.speak(client);
        shared.add(client);
        client.greet();
        return client;
    }

    /** HTTP/1 connections that wait for a request. */
    public int idleConnections() {
        return idle.size();
    }

    /** Closes what nobody has used for a minute; to be called now and then. */
    public void sweep(long nowNanos) {
        while (!idle.isEmpty() && nowNanos - idle.getFirst().idleSinceNanos() > IDLE_NANOS) {
            idle.removeFirst().close();
        }
    }

    private final class IdleClients implements Http1Client.Owner {

        @Override
        public void idle(Http1Client client) {
            if (idle.size() < MOST_IDLE) {
                idle.add(client);
            } else {
                client.close();
            }
        }

        @Override
        public void gone(Http1Client client) {
            idle.remove(client);
        }
    }
}
