package dev.asterism.l7.front;

import dev.asterism.l7.http2.Http2Server;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.WireProtocol;

/** Reads the first bytes and hands the connection over to what they are. */
final class Detection implements WireProtocol {

    /** No method of HTTP/1 begins as the preface of HTTP/2 does. */
    private static final int ENOUGH = 3;

    private final Conn conn;
    private final FrontFactory factory;

    Detection(Conn conn, FrontFactory factory) {
        this.conn = conn;
        this.factory = factory;
    }

    @Override
    public int received(byte[] in, int from, int to) {
        int preface = Http2Server.prefaceBytes(in, from, to);
        if (preface > 0 && preface < ENOUGH) {
            return from;
        }
        WireProtocol next = preface == 0 ? factory.http1(conn) : factory.http2(conn);
        conn.speak(next);
        return next.received(in, from, to);
    }

    @Override
    public void lost() {}
}
