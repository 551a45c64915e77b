package dev.asterism.l7.exchange;

import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.Caller;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way, recycled by its loop: whoever calls {@link #complete}, {@link #cancel}, {@link #fail} or
 * {@link #refuse} forgets it. It owns the request's head as it goes upstream, so that it can be sent again. Belongs
 * to one loop's thread.
 */
public final class Exchange {

    /** A larger array is not kept for another request. */
    private static final int KEPT_HEAD_BYTES = 4096;

    // why the answer is not read
    private static final int CLIENT_FULL = 1;
    private static final int SLOWED = 2;

    /** Ended because of a client that stands still. */
    private static final int STOOD_STILL = 4;

    private final Workspace workspace;
    private @Nullable Downstream downstream;
    private @Nullable Upstream upstream;
    private @Nullable Relay relay;
    private Caller caller = Caller.UNKNOWN;
    private byte[] head = new byte[512];
    private int headLength;
    private int ownFieldsAt;
    private BodyFraming requestFraming = BodyFraming.NONE;
    private long startedNanos;
    private int status;
    private int kind;
    private int pauses;
    private boolean bodySent;
    private boolean answered;
    private byte @Nullable [] webSocketAccept;

    Exchange(Workspace workspace) {
        this.workspace = workspace;
    }

    public void begin(
            Downstream client, Caller who, Head request, BodyFraming framing, long nowNanos) {
        begin(client, who, RequestKind.of(request), framing, nowNanos);
        if (asksForUpgrade() && !isConnect()) {
            webSocketAccept = WebSocketKey.accept(request);
        }
    }

    private void begin(
            Downstream client, Caller who, int what, BodyFraming framing, long nowNanos) {
        downstream = client;
        upstream = null;
        relay = null;
        caller = who;
        requestFraming = framing;
        startedNanos = nowNanos;
        status = 0;
        kind = what;
        pauses = 0;
        bodySent = framing == BodyFraming.NONE;
        answered = false;
        webSocketAccept = null;
    }

    /** Another of the same request, with the head as it goes upstream; its answer goes to {@code client}. */
    public Exchange copy(Downstream client, long nowNanos) {
        Exchange copy = workspace.exchange();
        copy.begin(client, caller, kind, requestFraming, nowNanos);
        System.arraycopy(head, 0, copy.headRoom(head.length), 0, headLength);
        copy.headLength = headLength;
        copy.ownFieldsAt = ownFieldsAt;
        return copy;
    }

    /** One that is not in use, of the same loop. */
    public Exchange another() {
        return workspace.exchange();
    }

    // --- what the request is ---

    public BodyFraming requestFraming() {
        return requestFraming;
    }

    /** Who the connection's other end is. */
    public Caller caller() {
        return caller;
    }

    /** The answer has no body whatever its head says. */
    public boolean isForHead() {
        return (kind & RequestKind.FOR_HEAD) != 0;
    }

    public boolean isGrpc() {
        return (kind & RequestKind.CALL_OF_GRPC) != 0;
    }

    /** A server may see it twice: its method is idempotent. */
    public boolean isIdempotent() {
        return (kind & RequestKind.REPEATABLE) != 0;
    }

    public boolean asksForUpgrade() {
        return (kind & RequestKind.FOR_UPGRADE) != 0;
    }

    /** It {@link #asksForUpgrade}, over HTTP/2: RFC 8441. */
    public boolean isConnect() {
        return (kind & RequestKind.EXTENDED_CONNECT) != 0;
    }

    /**
     * What tells a client of HTTP/1 that a server of HTTP/2 has opened its WebSocket: the value of {@code
     * Sec-WebSocket-Accept}. Null: it does not ask for one over HTTP/1, or has sent no good key.
     */
    public byte @Nullable [] webSocketAccept() {
        return webSocketAccept;
    }

    /** A server of HTTP/2 cannot open its WebSocket, as nobody could give the client the answer that it asks for. */
    public boolean lacksWebSocketKey() {
        return asksForUpgrade() && !isConnect() && webSocketAccept == null;
    }

    public long startedNanos() {
        return startedNanos;
    }

    /** Of the answer, 0 before it. */
    public int status() {
        return status;
    }

    /** The request is complete at the upstream side. */
    public boolean isBodySent() {
        return bodySent;
    }

    /** Room for the request's head as it goes upstream. */
    public byte[] headRoom(int bytes) {
        if (head.length < bytes) {
            head = new byte[Integer.highestOneBit(bytes) << 1];
        }
        return head;
    }

    public void headLength(int length) {
        headLength = length;
    }

    public byte[] head() {
        return head;
    }

    public int headLength() {
        return headLength;
    }

    /** Where fields of ours that differ between attempts begin in the head. */
    public int ownFieldsAt() {
        return ownFieldsAt;
    }

    public void ownFieldsAt(int at) {
        ownFieldsAt = at;
    }

    public void upstream(Upstream side) {
        upstream = side;
        pauses &= ~SLOWED;
    }

    /** From now on this stands between the two sides. */
    public void relay(Relay between) {
        relay = between;
    }

    // --- what the client's side does ---

    /** False: wait for {@link Downstream#resumeRequest}. Bytes that nobody wants any more are dropped. */
    public boolean sendData(byte[] in, int from, int to, boolean end) {
        Relay between = relay;
        return between == null
                ? forward(in, from, to, end)
                : between.requestData(in, from, to, end);
    }

    public void sendTrailers(Head fields) {
        Relay between = relay;
        if (between == null) {
            forwardTrailers(fields);
        } else {
            between.requestTrailers(fields);
        }
    }

    /** The client takes no more for now. */
    public void pauseAnswer() {
        pause(CLIENT_FULL);
    }

    public void resumeAnswer() {
        resume(CLIENT_FULL);
    }

    private void pause(int reason) {
        pauses |= reason;
        if (upstream != null) {
            upstream.pauseAnswer();
        }
    }

    private void resume(int reason) {
        pauses &= ~reason;
        if (pauses == 0 && upstream != null) {
            upstream.resumeAnswer();
        }
    }

    /** Ends it before its time, as a client that is too slow: answers it, or cuts an answer that has begun. */
    public void stop(LocalAnswer cause) {
        Relay between = relay;
        if (between != null) {
            between.stopped(cause);
        } else if (answered) {
            abandon(cause);
        } else {
            refuse(cause);
        }
    }

    /** The client is gone. */
    public void cancel() {
        Relay between = relay;
        dropUpstream();
        release();
        if (between != null) {
            between.canceled();
        }
        workspace.recycle(this);
    }

    // --- what the relay does ---

    /** The client itself. */
    public Downstream client() {
        if (downstream == null) {
            throw new IllegalStateException("exchange is not in use");
        }
        return downstream;
    }

    /** The relay itself holds the answer back, or no more: whatever the client takes. */
    public void slow(boolean on) {
        if (on) {
            pause(SLOWED);
        } else {
            resume(SLOWED);
        }
    }

    /** It has said {@link #pauseAnswer}, and not {@link #resumeAnswer} since. */
    public boolean isClientFull() {
        return (pauses & CLIENT_FULL) != 0;
    }

    /** It is about to be ended because the client stands still. */
    public void clientStoodStill() {
        pauses |= STOOD_STILL;
    }

    /** While it is aborted: it is the client's doing. */
    public boolean hasClientStoodStill() {
        return (pauses & STOOD_STILL) != 0;
    }

    public boolean hasUpstream() {
        return upstream != null;
    }

    /** It was sent on a connection that had been used before. */
    public boolean isOnKept() {
        return upstream != null && upstream.isKept();
    }

    /** Passes a piece of the body on to the upstream side. */
    public boolean forward(byte[] in, int from, int to, boolean end) {
        bodySent |= end;
        Upstream side = upstream;
        return side == null || side.data(in, from, to, end);
    }

    public void forwardTrailers(Head fields) {
        bodySent = true;
        if (upstream != null) {
            upstream.trailers(fields);
        }
    }

    /** The upstream side is to forget it; it can be sent again. */
    public void dropUpstream() {
        Upstream side = upstream;
        upstream = null;
        answered = false;
        bodySent = requestFraming == BodyFraming.NONE;
        if (side != null) {
            side.cancel();
        }
    }

    /** The answer is at its end and passed on: the exchange is over. */
    public void finish() {
        Downstream side = client();
        release();
        side.completed();
        workspace.recycle(this);
    }

    /** The answer has begun and cannot be finished: the exchange is over. */
    public void abandon(LocalAnswer cause) {
        Downstream side = client();
        dropUpstream();
        release();
        side.abort(cause);
        workspace.recycle(this);
    }

    // --- what the upstream side does ---

    /** Where its answer goes; to be read while the exchange is in use. */
    public Downstream downstream() {
        Relay between = relay;
        return between == null ? client() : between;
    }

    /** The answer's head is there. */
    public void answered(int code) {
        answered = true;
        status = code;
    }

    /** The answer is at its end and passed on. */
    public void complete() {
        Relay between = relay;
        if (between == null) {
            finish();
        } else {
            upstream = null;
            between.completed();
        }
    }

    /** The upstream side cannot finish; it has let go of this exchange. */
    public void fail(LocalAnswer cause) {
        Relay between = relay;
        upstream = null;
        if (between != null) {
            between.failed(cause);
        } else if (answered) {
            abandon(cause);
        } else {
            refuse(cause);
        }
    }

    /** Answers in place of an upstream: the exchange is over. */
    public void refuse(LocalAnswer answer) {
        dropUpstream();
        answered = true;
        status = answer.status();
        client().refuse(answer);
        finish();
    }

    private void release() {
        downstream = null;
        upstream = null;
        relay = null;
        dropHead();
    }

    /** What its head keeps in use beyond what every exchange has, in bytes. */
    public int largeHeadBytes() {
        return head.length > KEPT_HEAD_BYTES ? head.length : 0;
    }

    /** It is not sent again: the memory of a large head is released. */
    public void dropHead() {
        if (head.length > KEPT_HEAD_BYTES) {
            head = new byte[512];
        }
    }
}
