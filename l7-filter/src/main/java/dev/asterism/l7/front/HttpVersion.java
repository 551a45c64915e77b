package dev.asterism.l7.front;

import dev.asterism.l7.http2.Http2Server;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.WireProtocol;

/** Reads the first bytes of a connection that is HTTP: the preface of HTTP/2, or HTTP/1. */
final class HttpVersion implements WireProtocol {

    /** No method of HTTP/1 begins as the preface of HTTP/2 does. */
    private static final int ENOUGH = 3;

    private final Conn conn;
    private final Caller caller;
    private final FrontFactory factory;

    HttpVersion(Conn conn, Caller caller, FrontFactory factory) {
        this.conn = conn;
        this.caller = caller;
        this.factory = factory;
        conn.timeout(factory.times().idle());
    }

    @Override
    public int received(byte[] in, int from, int to) {
        int preface = Http2Server.prefaceBytes(in, from, to);
        if (preface > 0 && preface < ENOUGH) {
            conn.timeout(factory.times().head());
            return from;
        }
        WireProtocol next =
                preface == 0 ? factory.http1(conn, caller) : factory.http2(conn, caller);
        return next.received(in, from, to);
    }

    @Override
    public void timedOut() {
        conn.closeAfterFlush();
    }

    @Override
    public void drain() {
        conn.timeout(FrontFactory.LAST_CALL_NANOS);
    }

    @Override
    public void lost() {}
}
