package dev.asterism.l7.exchange;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way, recycled by its loop: whoever calls {@link #complete}, {@link #cancel}, {@link #fail} or
 * {@link #refuse} forgets it. It owns the request's head as it goes upstream, so that it can be sent again. Belongs
 * to one loop's thread.
 */
public final class Exchange {

    private static final byte[] HEAD_METHOD = Ascii.bytes("HEAD");
    private static final byte[] GRPC = Ascii.bytes("application/grpc");
    private static final int KEPT_HEAD_BYTES = 4096;

    private final Workspace workspace;
    private @Nullable Downstream downstream;
    private @Nullable Upstream upstream;
    private byte[] head = new byte[512];
    private int headLength;
    private BodyFraming requestFraming = BodyFraming.NONE;
    private long startedNanos;
    private int status;
    private boolean forHead;
    private boolean grpc;
    private boolean upgrade;
    private boolean bodySent;
    private boolean answered;

    Exchange(Workspace workspace) {
        this.workspace = workspace;
    }

    public void begin(Downstream client, Head request, BodyFraming framing, long nowNanos) {
        downstream = client;
        upstream = null;
        requestFraming = framing;
        startedNanos = nowNanos;
        status = 0;
        forHead = request.partIs(Head.METHOD, HEAD_METHOD);
        grpc = isGrpc(request);
        upgrade = request.has(Head.UPGRADES);
        bodySent = framing == BodyFraming.NONE;
        answered = false;
    }

    private static boolean isGrpc(Head request) {
        int row = request.find(FieldNames.CONTENT_TYPE);
        return row >= 0
                && request.valueLength(row) >= GRPC.length
                && Ascii.isWord(request.bytes(), request.valueAt(row), GRPC.length, GRPC);
    }

    // --- what the request is ---

    public BodyFraming requestFraming() {
        return requestFraming;
    }

    /** The answer has no body whatever its head says. */
    public boolean isForHead() {
        return forHead;
    }

    public boolean isGrpc() {
        return grpc;
    }

    public boolean asksForUpgrade() {
        return upgrade;
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

    public void upstream(Upstream side) {
        upstream = side;
    }

    // --- what the client's side does ---

    /** False: wait for {@link Downstream#resumeRequest}. Bytes that nobody wants any more are dropped. */
    public boolean sendData(byte[] in, int from, int to, boolean end) {
        bodySent |= end;
        Upstream side = upstream;
        return side == null || side.data(in, from, to, end);
    }

    public void sendTrailers(Head fields) {
        bodySent = true;
        if (upstream != null) {
            upstream.trailers(fields);
        }
    }

    public void pauseAnswer() {
        if (upstream != null) {
            upstream.pauseAnswer();
        }
    }

    public void resumeAnswer() {
        if (upstream != null) {
            upstream.resumeAnswer();
        }
    }

    /** The client is gone. */
    public void cancel() {
        Upstream side = upstream;
        release();
        if (side != null) {
            side.cancel();
        }
        workspace.recycle(this);
    }

    // --- what the upstream side does ---

    /** To be read while the exchange is in use. */
    public Downstream downstream() {
        if (downstream == null) {
            throw new IllegalStateException("exchange is not in use");
        }
        return downstream;
    }

    /** The answer's head is there. */
    public void answered(int code) {
        answered = true;
        status = code;
    }

    /** The answer is at its end and passed on. */
    public void complete() {
        Downstream side = downstream();
        release();
        side.completed();
        workspace.recycle(this);
    }

    /** The upstream side cannot finish; it has let go of this exchange. */
    public void fail(LocalAnswer cause) {
        if (!answered) {
            refuse(cause);
            return;
        }
        Downstream side = downstream();
        release();
        side.abort();
        workspace.recycle(this);
    }

    /** Answers in place of an upstream. */
    public void refuse(LocalAnswer answer) {
        upstream = null;
        answered = true;
        status = answer.status();
        downstream().refuse(answer);
        complete();
    }

    private void release() {
        downstream = null;
        upstream = null;
        if (head.length > KEPT_HEAD_BYTES) {
            head = new byte[512];
        }
    }
}
