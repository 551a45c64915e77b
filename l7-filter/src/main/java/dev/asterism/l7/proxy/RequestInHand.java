package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.exchange.Relay;
import dev.asterism.l7.http.Head;

/**
 * A request that this filter has in hand: what it is made of, and all ways in which it ends. Whoever ends it forgets
 * it. Used again and again; belongs to one loop's thread.
 */
abstract class RequestInHand implements Relay, RequestTimer.Owner {

    enum State {
        /** Not in use, or not sent yet. */
        IDLE,
        /** For a fault's delay. */
        DELAYED,
        /** For a place, a connection or an endpoint. */
        WAITING,
        ASKED,
        /** What failed is over, or is thrown away; the next attempt comes. */
        BACKOFF,
        ANSWERING
    }

    private final DispatchLoop loop;
    private final RequestTimer timer;
    private final RequestSender sender;
    private final AnswerWatch answer = new AnswerWatch();
    private State state = State.IDLE;
    private int place;

    RequestInHand(DispatchLoop loop) {
        this.loop = loop;
        timer = new RequestTimer(loop.batch().timers(), this);
        sender = new RequestSender(loop, timer);
    }

    final void begin(Exchange next, ServiceOnLoop to, Head head) {
        state = State.IDLE;
        answer.clear();
        sender.begin(next, to, head);
        next.relay(this);
    }

    /** Among those under way. */
    final int place() {
        return place;
    }

    final void place(int index) {
        place = index;
    }

    final DispatchLoop loop() {
        return loop;
    }

    final RequestTimer timer() {
        return timer;
    }

    final RequestSender sender() {
        return sender;
    }

    final RequestPlan plan() {
        return sender.plan();
    }

    final RequestFacts facts() {
        return sender.facts();
    }

    final RequestAttempt attempt() {
        return sender.attempt();
    }

    final AnswerWatch answer() {
        return answer;
    }

    final Exchange exchange() {
        return sender.exchange();
    }

    final State state() {
        return state;
    }

    final void become(State next) {
        state = next;
    }

    @Override
    public final long nowNanos() {
        return loop.batch().nowNanos();
    }

    /** It waits: whether it need not any more. The queue that it waited in takes it out. */
    abstract boolean goesOn();

    // --- the end ---

    /** Answers it with a head and a body of ours. */
    final void answerHere(Head head, byte[] body) {
        Exchange current = exchange();
        facts().answered(head.status(), -1, nowNanos());
        leave();
        boolean bodiless = current.isForHead() || body.length == 0;
        BodyFraming framing = bodiless ? BodyFraming.NONE : BodyFraming.LENGTH;
        current.client().head(head, framing, body, 0, bodiless ? 0 : body.length, true);
        current.finish();
        loop.give(this);
    }

    /** The answer is passed on to its end. */
    final void finish() {
        Exchange current = exchange();
        leave();
        current.finish();
        loop.give(this);
    }

    @Override
    public void stopped(LocalAnswer cause) {
        if (state == State.ANSWERING) {
            abandon(cause);
        } else {
            refuse(cause);
        }
    }

    /** Its caller may not go on: everything of it ends now. */
    void cut() {
        abandon(LocalAnswer.DENIED);
    }

    /** Answers it here. */
    @Override
    public void refuse(LocalAnswer cause) {
        facts().answered(
                        facts().isGrpc() ? 200 : cause.status(),
                        facts().isGrpc() ? cause.grpcStatus() : -1,
                        nowNanos());
        facts().reason(cause.reason());
        Exchange current = exchange();
        leave();
        current.refuse(cause);
        loop.give(this);
    }

    final void abandon(LocalAnswer cause) {
        facts().reason(cause.reason());
        Exchange current = exchange();
        leave();
        current.abandon();
        loop.give(this);
    }

    @Override
    public void canceled() {
        leave();
        loop.give(this);
    }

    /** Gives back what it holds, and reports. The exchange goes on without it. */
    private void leave() {
        if (state == State.WAITING) {
            sender.service().forget(this);
            sender.shared().pending().give();
        }
        if (answer.endsFault()) {
            loop.faults().end();
        }
        state = State.IDLE;
        sender.leave();
    }

    @Override
    public void abort() {
        abandon(LocalAnswer.UPSTREAM_RESET);
    }

    @Override
    public void resumeRequest() {
        exchange().client().resumeRequest();
    }
}
