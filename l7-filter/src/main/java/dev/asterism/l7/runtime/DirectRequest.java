package dev.asterism.l7.runtime;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.exchange.Relay;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.io.Batch;
import dev.asterism.l7.io.Holding;
import dev.asterism.l7.retry.ReplayBody;
import dev.asterism.l7.upstream.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * A request for the address that its connection was meant for, without a service. When the server
 * has closed a kept connection just as the request was sent on it, and the method is idempotent
 * (RFC 9110 9.2.2), the request is sent once more, at once, on a new connection; one with a body
 * only while all of the body is kept. Used again and again; one loop's thread.
 */
final class DirectRequest implements Relay {

    /** What is kept of a body. */
    private static final int MOST_KEPT = 64 << 10;

    /** Takes back what is not in use any more. */
    interface Owner {
        void give(DirectRequest request);
    }

    private final Owner owner;
    private final ReplayBody body;
    private final Holding memory;
    private @Nullable Exchange exchange;
    private @Nullable Endpoint endpoint;
    private boolean mayRepeat;
    private boolean answering;

    DirectRequest(Owner owner, ReplayBody body, Batch batch) {
        this.owner = owner;
        this.body = body;
        memory = new Holding(batch.memory(), () -> batch.afterEvents(this::giveWay));
    }

    private void giveWay() {
        // It may have ended since, and be another request by now.
        if (memory.isLeaving()) {
            stopped(LocalAnswer.OVERFLOW);
        }
    }

    /** Sends it. The head is lent for the call. */
    void begin(Exchange next, Head head, Endpoint to) {
        exchange = next;
        endpoint = to;
        answering = false;
        next.relay(this);
        to.send(next, head);
        if (exchange != null) { // else it has failed at once
            memory.holds(next.largeHeadBytes());
        }
        // A new connection cannot have been closed before.
        mayRepeat = next.isIdempotent() && next.isOnKept();
        body.begin(mayRepeat ? MOST_KEPT : 0);
    }

    private Exchange exchange() {
        if (exchange == null) {
            throw new IllegalStateException("request is not in use");
        }
        return exchange;
    }

    private Exchange leave() {
        Exchange current = exchange();
        exchange = null;
        endpoint = null;
        body.clear();
        memory.forget();
        owner.give(this);
        return current;
    }

    // --- the request ---

    @Override
    public boolean requestData(byte[] in, int from, int to, boolean end) {
        body.keep(in, from, to, end);
        return exchange().forward(in, from, to, end);
    }

    @Override
    public void requestTrailers(Head fields) {
        body.giveUp();
        exchange().forwardTrailers(fields);
    }

    @Override
    public void failed(LocalAnswer cause) {
        Endpoint to = endpoint;
        boolean stale = cause == LocalAnswer.UPSTREAM_STALE && mayRepeat;
        boolean hasBody = exchange().requestFraming() != BodyFraming.NONE;
        if (to != null && stale && (!hasBody || body.isWhole())) {
            mayRepeat = false;
            repeat(to, hasBody);
        } else {
            stopped(cause);
        }
    }

    private void repeat(Endpoint to, boolean hasBody) {
        Exchange current = exchange();
        current.dropUpstream();
        boolean _ = to.start(current);
        if (!hasBody) {
            return;
        }
        boolean begun = body.length() > 0 || body.hasEnded();
        if (!begun || current.forward(body.bytes(), 0, body.length(), body.hasEnded())) {
            current.client().resumeRequest();
        }
        body.giveUp();
    }

    // --- the answer ---

    @Override
    public void interim(Head head) {
        exchange().client().interim(head);
    }

    @Override
    public void head(Head head, BodyFraming framing, byte[] in, int from, int to, boolean end) {
        answering = true;
        body.giveUp();
        memory.forget();
        exchange().dropHead();
        exchange().client().head(head, framing, in, from, to, end);
    }

    @Override
    public void data(byte[] in, int from, int to, boolean end) {
        exchange().client().data(in, from, to, end);
    }

    @Override
    public void trailers(Head fields) {
        exchange().client().trailers(fields);
    }

    @Override
    public void resumeRequest() {
        exchange().client().resumeRequest();
    }

    // --- the end ---

    @Override
    public void completed() {
        leave().finish();
    }

    @Override
    public void stopped(LocalAnswer cause) {
        boolean begun = answering;
        Exchange current = leave();
        if (begun) {
            current.abandon(cause);
        } else {
            current.refuse(cause);
        }
    }

    @Override
    public void refuse(LocalAnswer answer) {
        leave().refuse(answer);
    }

    @Override
    public void abort(LocalAnswer cause) {
        leave().abandon(cause);
    }

    @Override
    public void canceled() {
        var _ = leave();
    }
}
