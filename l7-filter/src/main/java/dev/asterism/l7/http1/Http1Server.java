package dev.asterism.l7.http1;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.BodyPace;
import dev.asterism.l7.exchange.Client;
import dev.asterism.l7.exchange.Downstream;
import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.InputRefusal;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.exchange.Workspace;
import dev.asterism.l7.http.ClientTimes;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http1.HeadText.Ending;
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
    private final Client client;
    private final BodyReader body;
    private final BodyPace pace = new BodyPace();
    private @Nullable Exchange exchange;
    private int scanned;
    private boolean requestDone = true;
    private boolean answering;
    private boolean close;
    private boolean http10;
    private boolean chunks;
    private boolean tunnel;
    private boolean draining;

    /** The upstream takes no more of the request for now. */
    private boolean upstreamFull;

    /** The client is too far ahead: of our answers, or in not reading them. */
    private boolean ahead;

    public Http1Server(Conn conn, Http1Codec codec, Client client) {
        this.conn = conn;
        this.codec = codec;
        this.client = client;
        body = codec.bodyReader();
        conn.timeout(client.times().idle());
    }

    @Override
    public boolean waits() {
        Exchange current = exchange;
        return current == null || !requestDone || !close || current.asksForUpgrade();
    }

    @Override
    public boolean isOverWhenInputEnds() {
        return true;
    }

    @Override
    public int received(byte[] in, int from, int to) {
        int p = from;
        while (p < to && !conn.isClosed() && !conn.isClosing()) {
            Exchange current = exchange;
            int next;
            if (current == null && conn.isCongested()) {
                // Answers that nobody reads do not pile up: the next request waits.
                getAhead();
                break;
            } else if (current == null) {
                next = head(in, p, to);
            } else if (!requestDone) {
                next = body(current, in, p, to);
            } else if (tunnel) {
                next = tunnel(current, in, p, to);
            } else {
                if (to - p > MOST_PIPELINED) {
                    getAhead();
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

    private void getAhead() {
        ahead = true;
        conn.pause(true);
    }

    private void fillUpstream() {
        upstreamFull = true;
        pace.pause();
        moved();
        conn.pause(true);
    }

    /** Returns {@code from} when the head is not complete. */
    private int head(byte[] in, int from, int to) {
        if (lacksLine(in, from, to)) {
            return from;
        }
        Head head = codec.workspace().request();
        int end = codec.requests().parse(in, from, to, head);
        if (end == RequestHeadParser.MORE) {
            if (scanned == 0) {
                conn.timeout(client.times().head());
            }
            scanned = to - from;
            return from;
        }
        scanned = 0;
        if (end < 0) {
            refuseHead(LocalAnswer.ofRefusal(-end), codec.requests().why());
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
        close = head.has(Head.CLOSE) || draining;
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
        next.begin(this, client.caller(), head, framing, conn.batch().nowNanos());
        pace.begin(next, head, next.startedNanos());
        idleTime(client.times().stream());
        client.handler().handle(next, head);
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
        pace.came(end - from, done, conn.batch().nowNanos());
        moved();
        boolean goOn = true;
        if (body.hasData()) {
            goOn = current.sendData(in, body.dataFrom(), body.dataTo(), done);
        } else if (done && trailers.count() > 0) {
            current.sendTrailers(trailers);
        } else if (done) {
            goOn = current.sendData(in, end, end, true);
        }
        if (!goOn) {
            fillUpstream();
        }
        return end;
    }

    private void malformedBody(Exchange current) {
        exchange = null;
        boolean begun = answering;
        current.cancel();
        if (begun) {
            client.refused(InputRefusal.BODY, 0);
            conn.drop();
        } else {
            refuseHead(LocalAnswer.BAD_REQUEST, InputRefusal.BODY);
        }
    }

    private int tunnel(Exchange current, byte[] in, int from, int to) {
        moved();
        if (!current.sendData(in, from, to, false)) {
            fillUpstream();
        }
        return to;
    }

    private void refuseHead(LocalAnswer answer, InputRefusal why) {
        client.refused(why, answer.status());
        close = true;
        byte[] text = HeadText.local(answer, false, true);
        conn.send(text, 0, text.length);
        conn.closeAfterLinger();
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
            moved();
            exchange.resumeAnswer();
        } else if (ahead) {
            goOn();
        }
    }

    /** Reads what has waited. */
    private void goOn() {
        ahead = false;
        conn.pause(upstreamFull);
        conn.offerAgain();
    }

    /** A byte has moved. */
    private void moved() {
        long nanos = pace.within(conn.batch().nowNanos());
        if (nanos > 0) {
            conn.timeout(nanos);
        } else {
            conn.noTimeout();
        }
    }

    @Override
    public void idleTime(long nanos) {
        pace.stillTime(nanos);
        moved();
    }

    @Override
    public void timedOut() {
        Exchange current = exchange;
        if (current != null && pace.goesOn(conn.batch().nowNanos())) {
            moved();
        } else if (current != null) {
            current.stop(requestDone ? LocalAnswer.TIMEOUT : LocalAnswer.REQUEST_TIMEOUT);
        } else if (scanned > 0) {
            refuseHead(LocalAnswer.REQUEST_TIMEOUT, InputRefusal.HEAD_TIMEOUT);
        } else {
            conn.closeAfterFlush();
        }
    }

    @Override
    public void drain() {
        draining = true;
        if (exchange == null && scanned == 0) {
            conn.timeout(ClientTimes.LAST_CALL_NANOS);
        }
    }

    @Override
    public void interim(Head head) {
        moved();
        if (!http10) {
            byte[] text = codec.workspace().scratch(head.writtenBytes());
            conn.send(text, 0, HeadText.answer(head, text, false, Ending.STAY));
        }
    }

    @Override
    public void head(Head head, BodyFraming framing, byte[] in, int from, int to, boolean end) {
        answering = true;
        pace.end();
        boolean streamed = framing == BodyFraming.STREAMED;
        chunks = streamed && !http10;
        close |= draining || !requestDone || streamed && http10;
        moved();
        Workspace workspace = codec.workspace();
        byte[] text = workspace.scratch(head.writtenBytes());
        int length = HeadText.answer(head, text, chunks, Ending.of(framing, close, http10));
        if (framing == BodyFraming.TUNNEL) {
            tunnel = true;
            idleTime(client.times().pipe());
            goOn();
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

    @Override
    public void data(byte[] in, int from, int to, boolean end) {
        moved();
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
        close |= draining || !requestDone;
        if (exchange != null) {
            byte[] text = HeadText.local(answer, exchange.isGrpc(), close);
            conn.send(text, 0, text.length);
        }
    }

    @Override
    public long untakenBytes() {
        return conn.pending();
    }

    @Override
    public void abort(LocalAnswer cause) {
        boolean stoodStill = exchange != null && exchange.hasClientStoodStill();
        exchange = null;
        if (stoodStill) {
            conn.drop();
        } else {
            conn.closeAfterFlush();
        }
    }

    @Override
    public void completed() {
        exchange = null;
        upstreamFull = false;
        boolean endsHere = requestDone && !draining;
        if (tunnel || close && endsHere) {
            conn.closeAfterFlush();
        } else if (close) {
            conn.closeAfterLinger();
        } else {
            conn.timeout(draining ? ClientTimes.LAST_CALL_NANOS : client.times().idle());
            goOn();
        }
    }

    @Override
    public void resumeRequest() {
        upstreamFull = false;
        pace.resume(conn.batch().nowNanos());
        moved();
        conn.pause(ahead);
    }
}
