package dev.asterism.l7.http2;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.exchange.Upstream;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.io.Conn;
import org.jspecify.annotations.Nullable;

/** A stream on an upstream connection. */
final class ClientStream extends Http2Stream implements Upstream {

    /** More 1xx answers to one request are a fault. */
    private static final int MOST_INTERIM = 16;

    private @Nullable Exchange exchange;
    private boolean answered;
    private boolean paused;
    private int interims;

    /** Sends the exchange's head. The stream is open. */
    void start(Exchange next) {
        exchange = next;
        answered = false;
        paused = false;
        interims = 0;
        next.upstream(this);
        boolean end = next.requestFraming() == BodyFraming.NONE && !next.asksForUpgrade();
        connection().writer().headers(id(), next.head(), 0, next.headLength(), end);
        if (end) {
            localClosed();
        }
    }

    // --- the answer ---

    boolean isAnswered() {
        return answered;
    }

    int answer(Head head, boolean end) {
        Exchange current = exchange;
        boolean interim = head.status() < 200;
        boolean wrong =
                head.has(Head.MALFORMED | Head.TOO_LARGE)
                        || head.status() == 101
                        || interim && (end || ++interims > MOST_INTERIM);
        if (current == null || wrong) {
            return fault(ErrorCode.PROTOCOL_ERROR);
        }
        if (interim) {
            current.downstream().interim(head);
            return ErrorCode.NO_ERROR;
        }
        if (current.asksForUpgrade() && head.status() < 300) {
            tunnel(current, head, end);
            return ErrorCode.NO_ERROR;
        }
        boolean bodiless = isBodiless(current, head.status());
        if (end && !bodiless && head.contentLength() > 0) {
            return fault(ErrorCode.PROTOCOL_ERROR);
        }
        // Without a body the length says what a GET would get, and data would be a fault.
        promise(bodiless ? 0 : head.contentLength());
        answered = true;
        current.answered(head.status());
        BodyFraming framing = BodyFraming.STREAMED;
        if (end || bodiless) {
            framing = BodyFraming.NONE;
        } else if (head.contentLength() >= 0) {
            framing = BodyFraming.LENGTH;
        }
        current.downstream().head(head, framing, head.bytes(), 0, 0, end);
        if (end) {
            remoteClosed();
            finish();
        }
        return ErrorCode.NO_ERROR;
    }

    /** RFC 8441 5. */
    private void tunnel(Exchange current, Head head, boolean end) {
        answered = true;
        byte[] accept = current.webSocketAccept();
        if (accept != null) {
            switches(head, accept);
        }
        current.answered(head.status());
        current.downstream().head(head, BodyFraming.TUNNEL, head.bytes(), 0, 0, end);
        if (end) {
            remoteClosed();
            finish();
        }
    }

    /** The answer that a client of HTTP/1 has asked for by its key, RFC 6455 4.2.2. */
    private static void switches(Head head, byte[] accept) {
        head.status(101);
        head.dropAll(WEBSOCKET_ACCEPT);
        head.addField(WEBSOCKET_ACCEPT, accept, FieldNames.OTHER);
    }

    private static boolean isBodiless(Exchange exchange, int status) {
        return exchange.isForHead() || status == 204 || status == 304;
    }

    @Override
    boolean takesData() {
        return answered;
    }

    @Override
    void received(byte[] in, int from, int to) {
        Exchange current = exchange;
        if (current == null) {
            return;
        }
        boolean end = isRemoteClosed();
        current.downstream().data(in, from, to, end);
        if (end) {
            finish();
        } else if (!paused) {
            credit();
        }
    }

    @Override
    void receivedTrailers(Head fields) {
        if (exchange != null) {
            exchange.downstream().trailers(fields);
        }
        finish();
    }

    private void finish() {
        Exchange current = exchange;
        exchange = null;
        if (!isLocalClosed()) {
            connection().resetStream(id(), ErrorCode.CANCEL);
        }
        remove();
        if (current != null) {
            current.complete();
        }
    }

    private void fail(LocalAnswer cause) {
        Exchange current = exchange;
        exchange = null;
        if (current != null) {
            current.fail(cause);
        }
    }

    @Override
    void lost() {
        Conn conn = connection().conn();
        if (conn.memory().gaveWay()) {
            // Ours, not the server's.
            fail(LocalAnswer.OVERFLOW);
        } else if (conn.isConnecting()) {
            fail(LocalAnswer.of(conn.unopened()));
        } else {
            fail(isKept() ? LocalAnswer.UPSTREAM_STALE : LocalAnswer.UPSTREAM_RESET);
        }
    }

    @Override
    void faulty() {
        remove();
        fail(LocalAnswer.BAD_ANSWER);
    }

    @Override
    void gaveWay() {
        connection().resetStream(id(), ErrorCode.CANCEL);
        remove();
        fail(LocalAnswer.OVERFLOW);
    }

    @Override
    void resetByPeer(int code) {
        remove();
        boolean refused = code == ErrorCode.REFUSED_STREAM && !answered;
        fail(refused ? LocalAnswer.UPSTREAM_REFUSED : LocalAnswer.UPSTREAM_RESET);
    }

    @Override
    void outputFlows() {
        if (exchange != null) {
            exchange.downstream().resumeRequest();
        }
    }

    @Override
    void afterLocalClosed() {}

    @Override
    void moved() {}

    @Override
    void recycle(Http2Codec codec) {
        codec.recycle(this);
    }

    // --- the request's body ---

    @Override
    public boolean data(byte[] in, int from, int to, boolean end) {
        if (to > from || end) {
            send(in, from, to, end);
        }
        return !isCongested();
    }

    @Override
    public void trailers(Head fields) {
        sendTrailers(fields);
    }

    @Override
    public void cancel() {
        exchange = null;
        connection().resetStream(id(), ErrorCode.CANCEL);
        remove();
    }

    @Override
    public boolean isKept() {
        return connection() instanceof Http2Client client && client.isStale();
    }

    @Override
    public void pauseAnswer() {
        paused = true;
    }

    @Override
    public void resumeAnswer() {
        paused = false;
        credit();
    }
}
