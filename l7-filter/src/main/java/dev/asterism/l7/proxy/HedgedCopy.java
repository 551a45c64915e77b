package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.exchange.Relay;
import dev.asterism.l7.exchange.Upstream;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.io.Holding;
import dev.asterism.l7.pool.Member;
import dev.asterism.l7.pool.Pool;
import dev.asterism.l7.retry.ReplayBody;
import dev.asterism.l7.retry.ServerAdvice;
import dev.asterism.l7.upstream.UpstreamProtocol;
import org.jspecify.annotations.Nullable;

/**
 * The second copy of a request, at another endpoint while the first is still asked. When its answer comes first it is
 * the upstream side of the request from then on; else it is ended, and nothing of its answer is passed on. It has
 * a place among the requests of its service, which it gives back once, as soon as one of the two is left. For one
 * request; belongs to one loop's thread.
 */
final class HedgedCopy implements Relay {

    /** The request that it is a copy of. */
    interface Owner {

        /** The first endpoint is asked and has not said anything yet, so a bad answer is not worth having. */
        boolean hopesForFirst();

        RequestPlan plan();

        /** The first endpoint is to be left: the copy answers from now on, as the exchange's upstream side. */
        void copyAnswers();

        /** It came to nothing, and is gone. */
        void copyFailed(LocalAnswer cause);
    }

    private static final byte[] NOTHING = {};

    private final DispatchLoop loop;
    private final Owner owner;
    private final ServiceOnLoop service;
    private final RequestAttempt attempt;
    private final Holding memory;
    private long sentNanos;
    private @Nullable Exchange exchange;
    private @Nullable Exchange original;
    private boolean placed = true;
    private boolean useless;

    /**
     * The loop has room for it, and the service a place, which is its own from now on.
     *
     * @param facts of the request
     */
    HedgedCopy(DispatchLoop loop, Owner owner, ServiceOnLoop service, RequestFacts facts) {
        this.loop = loop;
        this.owner = owner;
        this.service = service;
        attempt = new RequestAttempt(facts);
        memory = new Holding(loop.batch().memory(), () -> loop.batch().afterEvents(this::giveWay));
    }

    /**
     * Where it goes.
     *
     * @param number of the attempt
     */
    record To(Pool pool, Member member, UpstreamProtocol protocol, int number) {}

    /**
     * Sends it; false: no connection may be opened for it, and it is over.
     *
     * @param written its own exchange, whose head is written and stamped
     */
    boolean start(Exchange written, To to, ReplayBody body) {
        exchange = written;
        written.relay(this);
        memory.holds(written.largeHeadBytes());
        sentNanos = loop.batch().nowNanos();
        if (!to.member().endpoint(to.protocol()).start(written)) {
            settle();
            drop();
            return false;
        }
        attempt.begin(to.pool(), to.member(), to.number(), sentNanos);
        if (written.requestFraming() != BodyFraming.NONE) {
            written.forward(body.bytes(), 0, body.length(), true);
        }
        return true;
    }

    RequestAttempt attempt() {
        return attempt;
    }

    long sentNanos() {
        return sentNanos;
    }

    /** Only one of the two is left: the place of the other is free. */
    private void settle() {
        if (placed) {
            placed = false;
            loop.giveCopy();
            service.service().requests().give();
            service.wake();
        }
    }

    /** The first endpoint has failed, and the copy has its place. */
    void isLeftAlone() {
        settle();
    }

    /** The first endpoint has answered, or nobody waits any more. */
    void end() {
        settle();
        attempt.nothing(AttemptReport.HEDGED);
        endAttempt();
    }

    /** Its time is over. */
    void timedOut() {
        settle();
        attempt.failed(LocalAnswer.TIMEOUT, loop.batch().nowNanos());
        endAttempt();
    }

    private void endAttempt() {
        attempt.end(loop.observer(), loop.batch().nowNanos());
        drop();
    }

    private void drop() {
        Exchange own = exchange;
        exchange = null;
        original = null;
        memory.forget();
        if (own != null) {
            own.cancel();
        }
    }

    private void giveWay() {
        if (memory.isLeaving() && exchange != null && original == null) {
            exchange.dropUpstream();
            failed(LocalAnswer.OVERFLOW);
        }
    }

    /** It has won: what comes is the answer to this. */
    void becomes(Exchange of) {
        settle();
        original = of;
        if (exchange != null) {
            exchange.dropHead(); // it is sent, and not sent again
        }
        memory.forget();
        Upstream side = new InPlaceOfFirst();
        of.upstream(side);
        if (of.isClientFull()) {
            side.pauseAnswer();
        }
        // All of it is sent, if not by the first.
        of.forward(NOTHING, 0, 0, true);
    }

    // --- its answer ---

    @Override
    public void interim(Head head) {}

    @Override
    public void head(Head head, BodyFraming framing, byte[] in, int from, int to, boolean end) {
        Exchange own = exchange;
        if (own == null || useless) {
            return;
        }
        int grpc = own.isGrpc() ? AnswerWatch.grpcStatus(head) : -1;
        attempt.answered(head.status(), grpc, loop.batch().nowNanos());
        boolean bad =
                attempt.hasFailed()
                        || attempt.isTooMuch()
                        || owner.plan().retriesAnswer(head.status(), grpc);
        if (bad && owner.hopesForFirst()) {
            attempt.judge(ServerAdvice.of(head), loop.batch().nowNanos());
            useless = true;
            // Not within the call of the connection that brings it.
            loop.batch().afterEvents(this::leave);
            return;
        }
        owner.copyAnswers();
        Exchange answered = original;
        if (answered != null) {
            answered.answered(head.status());
            answered.downstream().head(head, framing, in, from, to, end);
        }
    }

    /** What came of it is of no use. */
    private void leave() {
        if (exchange != null) {
            settle();
            endAttempt();
            owner.copyFailed(LocalAnswer.BAD_ANSWER);
        }
    }

    @Override
    public void data(byte[] in, int from, int to, boolean end) {
        if (original != null) {
            original.downstream().data(in, from, to, end);
        }
    }

    @Override
    public void trailers(Head fields) {
        if (original != null) {
            original.downstream().trailers(fields);
        }
    }

    @Override
    public void completed() {
        Exchange answered = original;
        if (answered != null) {
            drop();
            answered.complete();
        } else {
            leave();
        }
    }

    @Override
    public void failed(LocalAnswer cause) {
        Exchange answered = original;
        if (answered != null) {
            drop();
            answered.fail(cause);
        } else if (useless) {
            leave();
        } else if (exchange != null) {
            settle();
            attempt.failed(cause, loop.batch().nowNanos());
            endAttempt();
            owner.copyFailed(cause);
        }
    }

    @Override
    public void stopped(LocalAnswer cause) {
        failed(cause);
    }

    @Override
    public void refuse(LocalAnswer answer) {
        failed(answer);
    }

    @Override
    public void abort(LocalAnswer cause) {
        failed(cause);
    }

    @Override
    public void canceled() {}

    @Override
    public void resumeRequest() {}

    // --- the request's body is sent already ---

    @Override
    public boolean requestData(byte[] in, int from, int to, boolean end) {
        return true;
    }

    @Override
    public void requestTrailers(Head fields) {}

    /** What the request takes for its endpoint's connection. */
    private final class InPlaceOfFirst implements Upstream {

        @Override
        public boolean data(byte[] in, int from, int to, boolean end) {
            return true;
        }

        @Override
        public void trailers(Head fields) {}

        @Override
        public boolean isKept() {
            return exchange != null && exchange.isOnKept();
        }

        @Override
        public void cancel() {
            drop();
        }

        @Override
        public void pauseAnswer() {
            if (exchange != null) {
                exchange.pauseAnswer();
            }
        }

        @Override
        public void resumeAnswer() {
            if (exchange != null) {
                exchange.resumeAnswer();
            }
        }
    }
}
