package dev.asterism.l7.front;

import dev.asterism.l7.http.ClientTimes;
import dev.asterism.l7.http2.Http2Server;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.WireProtocol;

/**
 * Reads the first bytes of a connection that is HTTP: the preface of HTTP/2 in whole, or HTTP/1. A method of HTTP/1
 * may begin as the preface does, so less of it would make the version depend on how the bytes are cut.
 */
final class HttpVersion implements WireProtocol {

    private final Conn conn;
    private final Caller caller;
    private final FrontFactory factory;
    private final Destined to;

    HttpVersion(Conn conn, Caller caller, FrontFactory factory, Destined to) {
        this.conn = conn;
        this.caller = caller;
        this.factory = factory;
        this.to = to;
        conn.timeout(factory.times().idle());
    }

    @Override
    public int received(byte[] in, int from, int until) {
        int preface = Http2Server.prefaceBytes(in, from, until);
        if (preface > 0 && preface < Http2Server.PREFACE_BYTES) {
            conn.timeout(factory.times().head());
            return from;
        }
        WireProtocol next =
                preface == 0 ? factory.http1(conn, caller, to) : factory.http2(conn, caller, to);
        return next.received(in, from, until);
    }

    @Override
    public void timedOut() {
        conn.closeAfterFlush();
    }

    @Override
    public void drain() {
        conn.timeout(ClientTimes.LAST_CALL_NANOS);
    }

    @Override
    public void lost() {}
}
