package dev.asterism.l7.front;

import dev.asterism.l7.exchange.RequestHandler;
import dev.asterism.l7.http1.Http1Codec;
import dev.asterism.l7.http1.Http1Server;
import dev.asterism.l7.http2.Http2Codec;
import dev.asterism.l7.http2.Http2Server;
import dev.asterism.l7.http2.Http2Settings;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.WireProtocol;

/** Makes what speaks on a client's connection. Belongs to one loop's thread. */
public final class FrontFactory {

    /** What clients of a listener may speak. */
    public enum Spoken {
        /** HTTP/2 when the first bytes are its preface, else HTTP/1. */
        DETECTED,
        HTTP_2
    }

    private final Http1Codec http1;
    private final Http2Codec http2;
    private final RequestHandler handler;
    private final Spoken spoken;

    public FrontFactory(Http1Codec http1, Http2Codec http2, RequestHandler handler, Spoken spoken) {
        this.http1 = http1;
        this.http2 = http2;
        this.handler = handler;
        this.spoken = spoken;
    }

    public WireProtocol on(Conn conn) {
        return switch (spoken) {
            case DETECTED -> new Detection(conn, this);
            case HTTP_2 -> http2(conn);
        };
    }

    WireProtocol http1(Conn conn) {
        return new Http1Server(conn, http1, handler);
    }

    WireProtocol http2(Conn conn) {
        return new Http2Server(conn, http2, Http2Settings.SERVER, handler);
    }
}
