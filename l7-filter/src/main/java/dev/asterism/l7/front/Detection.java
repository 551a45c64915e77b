package dev.asterism.l7.front;

import dev.asterism.l7.http2.Http2Server;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.WireProtocol;
import dev.asterism.l7.pipe.TcpPipe;

/**
 * Reads the first bytes and hands the connection over to what they are: the preface of HTTP/2, whatever else HTTP may
 * begin with as HTTP/1, which refuses what it cannot read, and the rest as no HTTP. What can begin HTTP never becomes a
 * pipe: an application behind it would read a request, with any identity in its fields, that nobody has judged. It
 * holds no more than the beginning of a preface. A client that says nothing in time gets a pipe whose first bytes are
 * looked at in the same way; one that closes before is nothing.
 */
final class Detection implements WireProtocol {

    private static final int PREFACE_BYTES = 24;

    private enum Found {
        MORE,
        HTTP_1,
        HTTP_2,
        OTHER
    }

    private final Conn conn;
    private final Caller caller;
    private final FrontFactory factory;
    private boolean draining;

    Detection(Conn conn, Caller caller, FrontFactory factory) {
        this.conn = conn;
        this.caller = caller;
        this.factory = factory;
        conn.timeout(factory.times().detect());
    }

    @Override
    public int received(byte[] in, int from, int to) {
        WireProtocol next =
                switch (find(in, from, to)) {
                    case MORE -> null;
                    case HTTP_1 -> factory.http1(conn, caller);
                    case HTTP_2 -> factory.http2(conn, caller);
                    case OTHER -> factory.pipe(conn, caller);
                };
        return next == null ? from : next.received(in, from, to);
    }

    private static Found find(byte[] in, int from, int to) {
        int preface = Http2Server.prefaceBytes(in, from, to);
        if (preface > 0) {
            return preface == PREFACE_BYTES ? Found.HTTP_2 : Found.MORE;
        }
        if (from == to) {
            return Found.MORE;
        }
        return TcpPipe.mayBeHttp(in[from]) ? Found.HTTP_1 : Found.OTHER;
    }

    @Override
    public void timedOut() {
        if (draining && conn.heldBytes() == 0) {
            conn.closeAfterFlush();
        } else if (conn.heldBytes() > 0) {
            factory.http1(conn, caller);
            conn.offerAgain();
        } else {
            factory.silentPipe(conn, caller);
        }
    }

    @Override
    public void drain() {
        draining = true;
    }

    @Override
    public void lost() {}
}
