package dev.asterism.l7.http1;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.exchange.Upstream;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.WireProtocol;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1 on an upstream connection: one exchange at a time, with its owner between them. RFC 9112 9. */
public final class Http1Client implements WireProtocol, Upstream {

    /** Who lends it out. */
    public interface Owner {

        /** It can take another exchange. */
        void idle(Http1Client client);

        /** It takes no more; may be told twice. */
        void gone(Http1Client client);

        /** The server had closed one that was kept, so it may have closed the others. */
        void stale();
    }

    private enum State {
        IDLE,
        HEAD,
        BODY,
        TUNNEL
    }

    /** More 1xx answers to one request are a fault. */
    private static final int MOST_INTERIM = 16;

    private final Conn conn;
    private final Http1Codec codec;
    private final Owner owner;
    private final BodyReader body;
    private State state = State.IDLE;
    private @Nullable Exchange exchange;
    private int interims;
    private boolean reuse;
    private boolean used;
    private boolean partial;
    private long idleSinceNanos;

    public Http1Client(Conn conn, Http1Codec codec, Owner owner) {
        this.conn = conn;
        this.codec = codec;
        this.owner = owner;
        body = codec.bodyReader();
    }

    /** Sends the exchange's head; its body follows through {@link #data}. Only when idle. */
    public void start(Exchange next) {
        exchange = next;
        next.upstream(this);
        state = State.HEAD;
        interims = 0;
        partial = false;
        conn.send(next.head(), 0, next.headLength());
    }

    /** When it became idle. */
    public long idleSinceNanos() {
        return idleSinceNanos;
    }

    /** The server has closed it meanwhile. Only when idle. */
    public boolean hasGone() {
        return conn.hasGone();
    }

    /** Ends it. Only when idle. */
    public void close() {
        conn.drop();
    }

    // --- the answer ---

    @Override
    public int received(byte[] in, int from, int to) {
        int p = from;
        while (p < to && !conn.isClosed()) {
            Exchange current = exchange;
            if (current == null) {
                // Nobody asked: nothing that comes later on this connection could be trusted.
                conn.lose();
                return to;
            }
            int next =
                    switch (state) {
                        case IDLE -> p;
                        case HEAD -> head(current, in, p, to);
                        case BODY -> body(current, in, p, to);
                        case TUNNEL -> {
                            current.downstream().data(in, p, to, false);
                            yield to;
                        }
                    };
            if (next == p) {
                break;
            }
            p = next;
        }
        return p;
    }

    private int head(Exchange current, byte[] in, int from, int to) {
        Head head = codec.workspace().answer();
        int end = codec.answers().parse(in, from, to, head);
        if (end == AnswerHeadParser.MORE) {
            partial = to > from;
            return from;
        }
        int status = head.status();
        if (end < 0 || status == 101 && !upgrades(current, head) || interims > MOST_INTERIM) {
            fail(LocalAnswer.BAD_ANSWER);
            return to;
        }
        if (status == 101) {
            state = State.TUNNEL;
            reuse = false;
            current.answered(status);
            current.downstream().head(head, BodyFraming.TUNNEL, in, end, to, false);
            return to;
        }
        if (status < 200) {
            interims++;
            current.downstream().interim(head);
            return end;
        }
        return answer(current, head, in, end, to);
    }

    private static boolean upgrades(Exchange current, Head head) {
        return current.asksForUpgrade() && head.has(Head.UPGRADES);
    }

    private int answer(Exchange current, Head head, byte[] in, int from, int to) {
        BodyReader.Kind kind = kind(current, head);
        body.begin(kind, head.contentLength());
        reuse = !head.has(Head.CLOSE) && kind != BodyReader.Kind.UNTIL_CLOSE;
        state = State.BODY;
        current.answered(head.status());
        if (kind == BodyReader.Kind.CHUNKED) {
            current.downstream().head(head, BodyFraming.STREAMED, in, from, from, false);
            return exchange == null ? from : body(current, in, from, to);
        }
        int end = body.next(in, from, to, codec.workspace().trailers());
        boolean done = body.isDone();
        current.downstream().head(head, framing(kind), in, body.dataFrom(), body.dataTo(), done);
        if (done) {
            finish(current);
        }
        return end;
    }

    private static BodyReader.Kind kind(Exchange current, Head head) {
        int status = head.status();
        if (current.isForHead() || status == 204 || status == 304 || head.contentLength() == 0) {
            return BodyReader.Kind.NONE;
        }
        if (head.has(Head.CHUNKED)) {
            return BodyReader.Kind.CHUNKED;
        }
        return head.contentLength() > 0 ? BodyReader.Kind.LENGTH : BodyReader.Kind.UNTIL_CLOSE;
    }

    private static BodyFraming framing(BodyReader.Kind kind) {
        return switch (kind) {
            case NONE -> BodyFraming.NONE;
            case LENGTH -> BodyFraming.LENGTH;
            case CHUNKED, UNTIL_CLOSE -> BodyFraming.STREAMED;
        };
    }

    private int body(Exchange current, byte[] in, int from, int to) {
        Head trailers = codec.workspace().trailers();
        int end = body.next(in, from, to, trailers);
        if (body.isBad()) {
            fail(LocalAnswer.BAD_ANSWER);
            return to;
        }
        boolean done = body.isDone();
        if (body.hasData()) {
            current.downstream().data(in, body.dataFrom(), body.dataTo(), done);
        } else if (done && trailers.count() > 0) {
            current.downstream().trailers(trailers);
        } else if (done) {
            current.downstream().data(in, end, end, true);
        }
        if (done) {
            finish(current);
        }
        return end;
    }

    private void finish(Exchange current) {
        exchange = null;
        state = State.IDLE;
        used = true;
        if (reuse && current.isBodySent() && !conn.isBroken()) {
            conn.pause(false);
            idleSinceNanos = conn.batch().nowNanos();
            owner.idle(this);
        } else {
            end();
        }
        current.complete();
    }

    private void fail(LocalAnswer cause) {
        Exchange current = exchange;
        exchange = null;
        end();
        if (current != null) {
            current.fail(cause);
        }
    }

    private void end() {
        conn.drop();
        owner.gone(this);
    }

    @Override
    public void lost() {
        if (conn.memory().gaveWay()) {
            // Ours, not the server's.
            fail(LocalAnswer.OVERFLOW);
        } else if (conn.isConnecting()) {
            fail(LocalAnswer.of(conn.unopened()));
        } else {
            boolean stale = used && state == State.HEAD && interims == 0 && !partial;
            if (stale) {
                owner.stale();
            }
            fail(stale ? LocalAnswer.UPSTREAM_STALE : LocalAnswer.UPSTREAM_RESET);
        }
    }

    @Override
    public void ended() {
        Exchange current = exchange;
        boolean endsBody =
                state == State.TUNNEL
                        || state == State.BODY && body.kind() == BodyReader.Kind.UNTIL_CLOSE;
        if (current == null || !endsBody) {
            lost();
            return;
        }
        exchange = null;
        end();
        current.downstream().data(conn.batch().input(), 0, 0, true);
        current.complete();
    }

    @Override
    public void drained() {
        if (exchange != null) {
            exchange.downstream().resumeRequest();
        }
    }

    // --- the request's body ---

    @Override
    public boolean data(byte[] in, int from, int to, boolean end) {
        if (exchange != null && exchange.requestFraming() == BodyFraming.STREAMED) {
            ChunkText.write(conn, in, from, to, end);
        } else if (to > from) {
            conn.send(in, from, to - from);
        }
        if (end && state == State.TUNNEL) {
            // Not at once: the client's side is at work.
            conn.batch().afterEvents(this::endTunnel);
        }
        return !conn.isCongested();
    }

    /** The client's direction of a tunnel has ended, and so both do: nobody waits in a half of one. */
    private void endTunnel() {
        Exchange current = exchange;
        if (current != null && state == State.TUNNEL) {
            exchange = null;
            conn.closeAfterFlush();
            owner.gone(this);
            current.downstream().data(conn.batch().input(), 0, 0, true);
            current.complete();
        }
    }

    @Override
    public void trailers(Head fields) {
        if (exchange != null && exchange.requestFraming() == BodyFraming.STREAMED) {
            int at = conn.room(fields.writtenBytes());
            conn.wrote(HeadText.trailers(fields, conn.output(), at));
        }
    }

    @Override
    public void cancel() {
        exchange = null;
        if (state == State.TUNNEL) {
            conn.closeAfterFlush();
        } else {
            conn.drop();
        }
        owner.gone(this);
    }

    @Override
    public boolean isKept() {
        return used;
    }

    @Override
    public void pauseAnswer() {
        conn.pause(true);
    }

    @Override
    public void resumeAnswer() {
        conn.pause(false);
    }
}
