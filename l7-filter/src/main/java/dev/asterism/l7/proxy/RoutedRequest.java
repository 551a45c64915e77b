package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.IdentityHeaders;
import dev.asterism.l7.limit.Overload;
import dev.asterism.l7.pool.Pool;
import dev.asterism.l7.retry.ServerAdvice;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request from its route to the end of its answer: waits for a place and an endpoint, sends it, looks at what comes
 * back, and sends it again when that is wanted and safe. Is used again and again; belongs to one loop's thread.
 */
final class RoutedRequest extends RequestInHand {

    private static final int MOST_DISCARDED = 64 << 10;
    private static final long HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Runnable again = this::attemptAgain;
    private int discarded;

    RoutedRequest(DispatchLoop loop) {
        super(loop);
    }

    // --- to the endpoint ---

    /** Everything is decided, and its head is written: on with it. */
    void start() {
        sender().ready();
        sender().shared().budget().request(nowNanos());
        proceed();
    }

    /** The same as {@link #start} after a fault's delay, or what the fault answers. */
    void startLater(long nanos) {
        sender().ready();
        become(State.DELAYED);
        timer().wake(nowNanos() + nanos);
    }

    private void proceed() {
        LocalAnswer lacks = tryAttempt();
        if (lacks == null) {
            return;
        }
        sender().releasePlace();
        Service shared = sender().shared();
        Pool pool = plan().pool();
        boolean hopeless = pool == null || pool.isEmpty() && pool.failsFast();
        LocalAnswer full =
                hopeless || shared.patienceNanos(sender().lack()) == 0 ? lacks : takeTurn();
        if (full != null) {
            refuse(full);
        } else {
            become(State.WAITING);
            waiting().begin(lacks, sender(), nowNanos());
            sender().service().waits(this);
            timer().wake(waiting().endNanos());
        }
    }

    /** In the place of one that matters less, when there is no other; a caller at its share sheds its own. */
    private @Nullable LocalAnswer takeTurn() {
        LocalAnswer full = sender().takeTurn();
        if (full == null) {
            return null;
        }
        Overload overload = sender().shared().overload();
        boolean sheds = overload != null && overload.sheds();
        boolean ofShare = full == LocalAnswer.CALLER_SHARE;
        ServiceOnLoop service = sender().service();
        if (sheds && service.shedBelow(sender().priority(), ofShare ? share() : null)
                || !ofShare && service.shedOverShare(sender())) {
            return sender().takeTurn();
        }
        return sheds && !ofShare ? LocalAnswer.OVERLOAD : full;
    }

    @Override
    @Nullable LocalAnswer goesOn() {
        if (state() != State.WAITING) {
            return null; // it has ended or is sent: it does not belong into the queue
        }
        LocalAnswer lacks = tryAttempt();
        if (lacks != null) {
            sender().returnPlace();
            if (waiting().lacks(lacks, sender(), nowNanos())) {
                timer().wake(waiting().endNanos());
            }
            return lacks;
        }
        waiting().end();
        sender().giveTurn();
        timer().wake(RequestTimer.NEVER);
        return null;
    }

    private @Nullable LocalAnswer tryAttempt() {
        LocalAnswer lacks = sender().tryAttempt();
        if (lacks == null) {
            boolean waited = state() != State.IDLE;
            become(State.ASKED);
            discarded = 0;
            if (waited) {
                sender().sendKept();
            }
        }
        return lacks;
    }

    // --- the request's body ---

    @Override
    public boolean requestData(byte[] in, int from, int to, boolean end) {
        facts().requestBytes(to - from);
        sender().mirrorBody(in, from, to, end);
        boolean flows =
                switch (state()) {
                    case ASKED -> sender().pass(in, from, to, end);
                    case ANSWERING -> exchange().forward(in, from, to, end);
                    case IDLE, DELAYED, WAITING, BACKOFF -> {
                        if (sender().hold(in, from, to, end)) {
                            yield false;
                        }
                        refuse(LocalAnswer.OVERFLOW);
                        yield true;
                    }
                };
        pace().serverTakes(flows);
        return flows;
    }

    @Override
    public void requestTrailers(Head fields) {
        if (sender().shared().isInbound()) {
            IdentityHeaders.strip(fields);
        }
        // They are not kept: such a request is sent once.
        sender().dropKept();
        if (state() == State.ASKED || state() == State.ANSWERING) {
            sender().passTrailers(fields);
        } else {
            refuse(LocalAnswer.OVERFLOW);
        }
    }

    // --- the answer ---

    @Override
    public void interim(Head head) {
        if (state() == State.ASKED) {
            pace().interim();
            exchange().client().interim(head);
        }
    }

    @Override
    public void head(Head head, BodyFraming framing, byte[] in, int from, int to, boolean end) {
        timer().attempt(RequestTimer.NEVER);
        int grpc = exchange().isGrpc() ? AnswerWatch.grpcStatus(head) : -1;
        sender().answered(head.status(), grpc, nowNanos());
        facts().answerHead(head);
        long advice = adviceIn(head);
        boolean decided = !exchange().isGrpc() || grpc >= 0 || end || head.status() != 200;
        if (decided) {
            attempt().judge(advice, nowNanos());
        }
        boolean unsent = plan().retriesUnsent(head, grpc);
        if ((unsent || plan().retriesAnswer(head.status(), grpc))
                && retries(advice, unsent && sender().hasUntried())) {
            discard(to - from);
            return;
        }
        if (!decided && !head.has(Head.TEXT) && plan().waitsForTrailers() && sender().isKept()) {
            change(head);
            answer().hold(head, framing);
            timer().wake(nowNanos() + HOLD_NANOS);
            return;
        }
        change(head);
        answering(framing);
        facts().answerBytes(to - from);
        passHead(head, framing, in, from, to, end);
    }

    /** From now on the client gets this answer. */
    private void answering(BodyFraming framing) {
        sender().hedging().end(HedgeOutcome.LOST);
        become(State.ANSWERING);
        sender().dropKept();
        dropHead();
        facts().answered(attempt().status(), attempt().grpcStatus(), attempt().answeredNanos());
        if (framing == BodyFraming.TUNNEL) {
            timer().noDeadline();
        }
    }

    private void passHeld() {
        if (answer().isHeld()) {
            answering(BodyFraming.STREAMED);
            answer().passOn(exchange().client());
        }
    }

    @Override
    public void data(byte[] in, int from, int to, boolean end) {
        if (state() == State.BACKOFF) {
            discard(to - from);
            return;
        }
        passHeld();
        facts().answerBytes(to - from);
        passData(in, from, to, end);
    }

    /** Thrown away, so that the connection can be used again; of a long answer no more is read. */
    private void discard(int bytes) {
        discarded += bytes;
        if (discarded > MOST_DISCARDED) {
            exchange().slow(true);
        }
    }

    @Override
    public void trailers(Head fields) {
        if (state() == State.BACKOFF) {
            return;
        }
        int grpc = AnswerWatch.grpcStatus(fields);
        attempt().grpcStatus(grpc);
        facts().grpcStatus(grpc);
        long advice = adviceIn(fields);
        attempt().judge(advice, nowNanos());
        boolean held = answer().isHeld();
        if (held && plan().retriesAnswer(attempt().status(), grpc) && retries(advice, false)) {
            answer().drop();
            return;
        }
        passHeld();
        passTrailers(fields);
    }

    @Override
    public void completed() {
        long now = nowNanos();
        attempt().judge(ServerAdvice.NONE, now);
        attempt().end(loop().observer(), now);
        if (state() == State.BACKOFF) {
            return;
        }
        passHeld();
        passEnd();
    }

    @Override
    public void failed(LocalAnswer cause) {
        long now = nowNanos();
        if (state() == State.BACKOFF) {
            attempt().end(loop().observer(), now);
            return;
        }
        timer().attempt(RequestTimer.NEVER);
        attempt().failed(cause, now);
        attempt().end(loop().observer(), now);
        if (state() == State.ANSWERING) {
            abandon(cause);
            return;
        }
        answer().drop();
        goesOnAfter(cause, plan().repeatsAfter(cause));
    }

    /** One of the two is over without an answer: waits for the other, or is sent again, or fails. */
    private void goesOnAfter(LocalAnswer cause, boolean wanted) {
        if (waitsForCopy(wanted)) {
            return;
        }
        // What this agent lacks now it still lacks a moment later.
        boolean atOnce =
                cause == LocalAnswer.UPSTREAM_STALE
                        || cause.isUnconnected() && !cause.isOfThisAgent();
        if (!wanted) {
            refuse(cause);
        } else if (!retries(ServerAdvice.NONE, atOnce)) {
            refuse(answer().lacksBudget() ? LocalAnswer.RETRY_BUDGET : cause);
        }
    }

    // --- once more ---

    /** Whether the request is sent again, after a while or at once. */
    private boolean retries(long advice, boolean atOnce) {
        if (waitsForCopy(true)) {
            return true;
        }
        long now = nowNanos();
        int retry = facts().turns();
        long wait = 0;
        if (!atOnce) {
            wait = plan().policy().retry().backoffNanos(retry, loop().random().getAsLong());
            wait = Math.max(wait, advice);
        }
        RetryOutcome outcome = sender().outcome(advice, now + wait);
        answer().lacksBudget(outcome == RetryOutcome.BUDGET);
        loop().observer().retried(facts(), outcome);
        if (outcome != RetryOutcome.SENT) {
            return false;
        }
        become(State.BACKOFF);
        if (atOnce) {
            loop().batch().afterEvents(again);
        } else {
            timer().wake(now + wait);
        }
        return true;
    }

    private void attemptAgain() {
        // It may have ended since, and be another request by now.
        if (state() != State.BACKOFF) {
            return;
        }
        if (attempt().isUnderWay()) {
            sender().endAttempt();
        }
        proceed();
    }

    // --- a second copy ---

    @Override
    public void copyFailed(LocalAnswer cause) {
        sender().hedging().copyIsOver(HedgeOutcome.FAILED);
        if (state() != State.BACKOFF) {
            return; // the first is still asked
        }
        goesOnAfter(cause, isFirstRepeated() && plan().repeatsAfter(cause));
    }

    // --- time ---

    @Override
    public void wokeUp() {
        switch (state()) {
            case DELAYED -> {
                LocalAnswer fault = answer().fault();
                if (fault != null) {
                    refuse(fault);
                } else {
                    sender().shared().budget().request(nowNanos());
                    proceed();
                }
            }
            case WAITING -> waitedTooLong();
            case BACKOFF -> attemptAgain();
            case ASKED -> passHeld();
            case ANSWERING -> passNext();
            case IDLE -> {}
        }
    }

    @Override
    public void attemptTimedOut() {
        HedgedCopy copy = sender().hedging().copy();
        if (state() == State.BACKOFF && copy != null) {
            copy.timedOut();
            copyFailed(LocalAnswer.TIMEOUT);
            return;
        }
        if (state() != State.ASKED) {
            return;
        }
        attempt().failed(LocalAnswer.TIMEOUT, nowNanos());
        sender().endAttempt();
        answer().drop();
        goesOnAfter(LocalAnswer.TIMEOUT, plan().repeatsAfter(LocalAnswer.TIMEOUT));
    }

    @Override
    public void deadlinePassed(boolean callers) {
        if (state() == State.ASKED) {
            if (callers) {
                // How long the caller had says nothing of the endpoint.
                attempt().nothing(LocalAnswer.DEADLINE.reason());
            } else {
                attempt().failed(LocalAnswer.TIMEOUT, nowNanos());
            }
        }
        HedgedCopy copy = sender().hedging().copy();
        if (state() == State.BACKOFF && copy != null && !callers) {
            copy.timedOut();
            sender().hedging().copyIsOver(HedgeOutcome.FAILED);
        }
        stopped(callers ? LocalAnswer.DEADLINE : LocalAnswer.TIMEOUT);
    }
}
