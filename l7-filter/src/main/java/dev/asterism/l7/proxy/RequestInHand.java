package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.exchange.Relay;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.io.Holding;
import dev.asterism.l7.limit.CallerShares.Share;
import dev.asterism.l7.pool.Pool;
import dev.asterism.l7.retry.ServerAdvice;
import org.jspecify.annotations.Nullable;

/**
 * A request that this filter has in hand: what it is made of, and all ways in which it ends, after which the loop
 * uses it for another. Belongs to one loop's thread.
 */
abstract class RequestInHand implements Relay, RequestTimer.Owner, HedgedCopy.Owner {

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
    private final PacedAnswer paced;
    private final Waiting waiting = new Waiting();
    private final Holding memory;
    private final ClientPace pace = new ClientPace();
    private State state = State.IDLE;
    private int place;
    private boolean firstRepeated;
    private long turn;

    RequestInHand(DispatchLoop loop) {
        this.loop = loop;
        timer = new RequestTimer(loop.batch().timers(), this);
        sender = new RequestSender(loop, timer);
        memory = new Holding(loop.batch().memory(), () -> loop.batch().afterEvents(this::giveWay));
        paced = new PacedAnswer(memory);
    }

    final void begin(Exchange next, ServiceOnLoop to, Head head) {
        state = State.IDLE;
        answer.clear();
        pace.begin(head.has(Head.EXPECTS_CONTINUE));
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

    /** What its caller has; null: callers do not share. */
    final @Nullable Share share() {
        return sender.share();
    }

    /** Looks at where its caller stands in turn. */
    final void readTurn() {
        Share share = share();
        turn = share == null ? 0 : share.turn();
    }

    /** Whether its client moves. */
    final ClientPace pace() {
        return pace;
    }

    /** What it waits for. */
    final Waiting waiting() {
        return waiting;
    }

    /** What {@link #readTurn} has found. */
    final long turn() {
        return turn;
    }

    @Override
    public final RequestPlan plan() {
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

    /** Its head for the upstream side is written; a large one is counted until the answer begins. */
    final void headWritten() {
        memory.holds(exchange().largeHeadBytes());
    }

    /** The answer has begun: the request is not sent again. */
    final void dropHead() {
        int bytes = exchange().largeHeadBytes();
        exchange().dropHead();
        memory.holds(-bytes);
    }

    private void giveWay() {
        // It may have ended since, and be another request by now.
        if (memory.isLeaving()) {
            stopped(LocalAnswer.OVERFLOW);
        }
    }

    /** Tries to send a request that waits; null: it is sent, and the caller takes it out of the queue. */
    abstract @Nullable LocalAnswer goesOn();

    // --- a second copy ---

    @Override
    public final void copyDue() {
        if (state() == State.ASKED && !answer().isHeld()) {
            sender().hedging().sendCopy(this);
        }
    }

    /**
     * Whether a copy is still asked: it is as good as the next attempt.
     *
     * @param repeated the first endpoint's failure alone would be followed by another attempt
     */
    final boolean waitsForCopy(boolean repeated) {
        HedgedCopy copy = sender().hedging().copy();
        if (copy == null) {
            return false;
        }
        firstRepeated = repeated;
        copy.isLeftAlone();
        become(State.BACKOFF);
        timer().wake(RequestTimer.NEVER);
        long limit = plan().policy().attemptNanos();
        timer().attempt(limit > 0 ? copy.sentNanos() + limit : RequestTimer.NEVER);
        return true;
    }

    /** What the last call of {@link #waitsForCopy} said. */
    final boolean isFirstRepeated() {
        return firstRepeated;
    }

    @Override
    public final boolean hopesForFirst() {
        return state() == State.ASKED;
    }

    @Override
    public final void copyAnswers() {
        answer().drop();
        timer().wake(RequestTimer.NEVER);
        sender().hedging().copyAnswers();
        become(State.ASKED);
    }

    // --- the answer on its way to the client, at once or at a fault's pace ---

    /** A fault on purpose is under way, with this answer in the end; null: the request goes on. */
    final void faulty(@Nullable LocalAnswer inPlace, int bytesPerSecond) {
        answer.fault(inPlace);
        paced.begin(bytesPerSecond);
    }

    /** What the server asks for; only an answer that is no success has advice. */
    final long adviceIn(Head fields) {
        boolean bad = attempt().hasFailed() || attempt().isTooMuch();
        return bad ? ServerAdvice.of(fields) : ServerAdvice.NONE;
    }

    final void change(Head head) {
        if (plan().changesAnswer()) {
            loop().snapshot().names().number(head);
            plan().changeAnswer(head);
        }
    }

    final void passHead(Head head, BodyFraming framing, byte[] in, int from, int to, boolean end) {
        boolean slow = paced.isOn() && framing != BodyFraming.TUNNEL && (to > from || !end);
        exchange().client().head(head, framing, in, from, slow ? from : to, end && !slow);
        pace.passed(exchange(), facts(), nowNanos());
        if (slow) {
            passData(in, from, to, end);
        } else {
            paced.clear();
        }
    }

    final void passData(byte[] in, int from, int to, boolean end) {
        if (!paced.isOn() || end && to == from && !paced.isWaiting()) {
            exchange().client().data(in, from, to, end);
            pace.passed(exchange(), facts(), nowNanos());
            return;
        }
        paced.keep(in, from, to, end, nowNanos());
        if (paced.isWaiting()) {
            exchange().slow(true);
            timer.wake(paced.dueNanos());
        }
    }

    final void passTrailers(Head fields) {
        if (paced.isWaiting()) {
            paced.keepTrailers(fields);
        } else {
            exchange().client().trailers(fields);
        }
    }

    final void passEnd() {
        if (paced.isWaiting()) {
            paced.complete();
        } else {
            finish();
        }
    }

    /** The next piece of a slow answer is due. */
    final void passNext() {
        if (!paced.isWaiting()) {
            return;
        }
        if (exchange().isClientFull()) {
            timer.wake(nowNanos() + PacedAnswer.LOOK_NANOS);
            return;
        }
        paced.step(exchange().client());
        if (paced.isComplete()) {
            finish();
        } else if (paced.isWaiting()) {
            timer.wake(paced.dueNanos());
        } else {
            exchange().slow(false);
        }
    }

    // --- the end ---

    final void waitedTooLong() {
        Pool pool = plan().pool();
        if (pool != null && pool.isEmpty()) {
            pool.failFast();
        }
        refuse(waiting().cause());
    }

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
        if (cause == LocalAnswer.OVERLOAD) {
            loop.observer().shed(facts(), sender.priority(), false);
        }
        facts().refused(cause, nowNanos());
        Exchange current = exchange();
        leave();
        current.refuse(cause);
        loop.give(this);
    }

    final void abandon(LocalAnswer cause) {
        facts().reason(cause.reason());
        Exchange current = exchange();
        leave();
        current.abandon(cause);
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
            waiting.end();
            sender.giveTurn();
        }
        if (answer.endsFault()) {
            loop.faults().end();
        }
        state = State.IDLE;
        paced.clear();
        memory.forget();
        sender.leave();
    }

    @Override
    public void abort(LocalAnswer cause) {
        abandon(cause);
    }

    @Override
    public void resumeRequest() {
        pace.serverTakes(true);
        exchange().client().resumeRequest();
    }
}
