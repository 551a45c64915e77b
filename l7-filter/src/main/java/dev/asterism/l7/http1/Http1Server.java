package dev.asterism.l7.http1;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.Downstream;
import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.exchange.RequestHandler;
import dev.asterism.l7.exchange.Workspace;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.WireProtocol;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.x on a client's connection: one exchange at a time, so pipelined requests wait as input and are answered in
 * order. A client that closes its direction is taken as gone. RFC 9112 9.
 */
public final class Http1Server implements WireProtocol, Downstream {

    /** Further requests that wait; with more the client is not read. */
    private static final int MOST_PIPELINED = 64 << 10;

    private final Conn conn;
    private final Http1Codec codec;
    private final RequestHandler handler;
    private final BodyReader body;
    private @Nullable Exchange exchange;
    private int scanned;
    private boolean requestDone = true;
    private boolean answering;
    private boolean close;
    private boolean http10;
    private boolean chunks;
    private boolean tunnel;

    public Http1Server(Conn conn, Http1Codec codec, RequestHandler handler) {
        this.conn = conn;
        this.codec = codec;
        this.handler = handler;
        body = codec.bodyReader();
    }

    @Override
    public boolean waits() {
        return exchange == null || !requestDone || !close;
    }

    // --- the request ---

    @Override
    public int received(byte[] in, int from, int to) {
        int p = from;
        while (p < to && !conn.isClosed() && !conn.isClosing()) {
            Exchange current = exchange;
            int next;
            if (current == null) {
                next = head(in, p, to);
            } else if (!requestDone) {
                next = body(current, in, p, to);
            } else if (tunnel) {
                next = tunnel(current, in, p, to);
            } else {
                if (to - p > MOST_PIPELINED) {
                    conn.pause(true);
                }
                break;
            }
            if (next == p) {
                break;
            }
            p = next;
        }
        return conn.isClosing() ? to : p;
    }

    /** Returns {@code from} when the head is not complete. */
    private int head(byte[] in, int from, int to) {
        if (lacksLine(in, from, to)) {
            return from;
        }
        Head head = codec.workspace().request();
        int end = codec.requests().parse(in, from, to, head);
        if (end == RequestHeadParser.MORE) {
            scanned = to - from;
            return from;
        }
        scanned = 0;
        if (end < 0) {
            refuseHead(LocalAnswer.ofRefusal(-end));
            return to;
        }
        begin(head);
        return end;
    }

    /** A head that comes in many pieces is parsed again only when a line has come: the work stays linear. */
    private boolean lacksLine(byte[] in, int from, int to) {
        if (scanned == 0 || to - from > codec.workspace().limits().headBytes()) {
            return false;
        }
        for (int p = from + scanned; p < to; p++) {
            if (in[p] == '\n') {
                return false;
            }
        }
        scanned = to - from;
        return true;
    }

    private void begin(Head head) {
        http10 = head.has(Head.HTTP_10);
        close = head.has(Head.CLOSE);
        BodyFraming framing = BodyFraming.NONE;
        if (head.has(Head.CHUNKED)) {
            framing = BodyFraming.STREAMED;
            body.begin(BodyReader.Kind.CHUNKED, 0);
        } else if (head.contentLength() > 0) {
            framing = BodyFraming.LENGTH;
            body.begin(BodyReader.Kind.LENGTH, head.contentLength());
        }
        requestDone = framing == BodyFraming.NONE;
        answering = false;
        Exchange next = codec.workspace().exchange();
        exchange = next;
        next.begin(this, head, framing, conn.batch().nowNanos());
        handler.handle(next, head);
    }

    private int body(Exchange current, byte[] in, int from, int to) {
        Head trailers = codec.workspace().trailers();
        int end = body.next(in, from, to, trailers);
        if (body.isBad()) {
            malformedBody(current);
            return to;
        }
        boolean done = body.isDone();
        requestDone = done;
        boolean goOn = true;
        if (body.hasData()) {
            goOn = current.sendData(in, body.dataFrom(), body.dataTo(), done);
        } else if (done && trailers.count() > 0) {
            current.sendTrailers(trailers);
        } else if (done) {
            goOn = current.sendData(in, end, end, true);
        }
        if (!goOn) {
            conn.pause(true);
        }
        return end;
    }

    private void malformedBody(Exchange current) {
        exchange = null;
        boolean begun = answering;
        current.cancel();
        if (begun) {
            conn.drop();
        } else {
            refuseHead(LocalAnswer.BAD_REQUEST);
        }
    }

    private int tunnel(Exchange current, byte[] in, int from, int to) {
        if (!current.sendData(in, from, to, false)) {
            conn.pause(true);
        }
        return to;
    }

    private void refuseHead(LocalAnswer answer) {
        close = true;
        write(answer, false);
        conn.closeAfterLinger();
    }

    private void write(LocalAnswer answer, boolean grpc) {
        byte[] text = codec.workspace().scratch(1024);
        conn.send(text, 0, HeadText.local(answer, grpc, close, text));
    }

    @Override
    public void lost() {
        Exchange current = exchange;
        exchange = null;
        if (current != null) {
            current.cancel();
        }
    }

    @Override
    public void drained() {
        if (exchange != null) {
            exchange.resumeAnswer();
        }
    }

    // --- the answer ---

    @Override
    public void interim(Head head) {
        if (!http10) {
            byte[] text = codec.workspace().scratch(head.writtenBytes());
            conn.send(text, 0, HeadText.answer(head, text, false, HeadText.Ending.STAY));
        }
    }

    @Override
    public void head(Head head, BodyFraming framing, byte[] in, int from, int to, boolean end) {
        answering = true;
        boolean streamed = framing == BodyFraming.STREAMED;
        chunks = streamed && !http10;
        if (!requestDone || streamed && http10) {
            close = true;
        }
        Workspace workspace = codec.workspace();
        byte[] text = workspace.scratch(head.writtenBytes());
        int length = HeadText.answer(head, text, chunks, ending(framing));
        if (framing == BodyFraming.TUNNEL) {
            tunnel = true;
            conn.offerAgain();
        }
        if (to == from && end) {
            conn.send(text, 0, length);
        } else if (to > from && !chunks && from >= length) {
            // Straight in front of the body: one write, and the body is not copied.
            System.arraycopy(text, 0, in, from - length, length);
            conn.send(in, from - length, to - from + length);
        } else {
            // The body follows in this batch: one write for both.
            int at = conn.room(length);
            System.arraycopy(text, 0, conn.output(), at, length);
            conn.wrote(at + length);
            if (to > from || end) {
                data(in, from, to, end);
            }
        }
        pauseWhenCongested();
    }

    private HeadText.Ending ending(BodyFraming framing) {
        if (framing == BodyFraming.TUNNEL) {
            return HeadText.Ending.UPGRADE;
        }
        if (close) {
            return HeadText.Ending.CLOSE;
        }
        return http10 ? HeadText.Ending.KEEP_ALIVE : HeadText.Ending.STAY;
    }

    @Override
    public void data(byte[] in, int from, int to, boolean end) {
        if (chunks) {
            ChunkText.write(conn, in, from, to, end);
        } else if (to > from) {
            conn.send(in, from, to - from);
        }
        pauseWhenCongested();
    }

    private void pauseWhenCongested() {
        if (conn.isCongested() && exchange != null) {
            exchange.pauseAnswer();
        }
    }

    @Override
    public void trailers(Head fields) {
        if (chunks) {
            int at = conn.room(fields.writtenBytes());
            conn.wrote(HeadText.trailers(fields, conn.output(), at));
        }
    }

    @Override
    public void refuse(LocalAnswer answer) {
        close |= !requestDone;
        write(answer, exchange != null && exchange.isGrpc());
    }

    @Override
    public void abort() {
        exchange = null;
        conn.closeAfterFlush();
    }

    @Override
    public void completed() {
        exchange = null;
        if (tunnel) {
            conn.closeAfterFlush();
        } else if (close && requestDone) {
            conn.closeAfterFlush();
        } else if (close) {
            conn.closeAfterLinger();
        } else {
            conn.pause(false);
            conn.offerAgain();
        }
    }

    @Override
    public void resumeRequest() {
        conn.pause(false);
    }
}
