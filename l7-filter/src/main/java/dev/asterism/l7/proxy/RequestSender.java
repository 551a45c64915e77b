package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.pool.Member;
import dev.asterism.l7.pool.Pool;
import dev.asterism.l7.pool.Tried;
import dev.asterism.l7.retry.ReplayBody;
import dev.asterism.l7.retry.ServerAdvice;
import dev.asterism.l7.upstream.OutgoingHead;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request to endpoints: takes its place among those under way, picks an endpoint, sends head and body, keeps
 * the body, and says whether it may be sent once more. Used again and again; belongs to one loop's thread.
 */
final class RequestSender {

    private final DispatchLoop loop;
    private final RequestPlan plan = new RequestPlan();
    private final RequestFacts facts = new RequestFacts();
    private final RequestAttempt attempt = new RequestAttempt(facts);
    private final Tried tried = new Tried();
    private final ReplayBody replay;
    private final RequestTimer timer;
    private @Nullable Exchange exchange;
    private @Nullable ServiceOnLoop service;
    private boolean placed;

    RequestSender(DispatchLoop loop, RequestTimer timer) {
        this.loop = loop;
        this.timer = timer;
        replay = new ReplayBody(loop.batch().buffers(), loop.snapshot().replay());
    }

    void begin(Exchange next, ServiceOnLoop to, Head head) {
        exchange = next;
        service = to;
        placed = false;
        tried.clear();
        facts.begin(next, head, to.service().spec());
    }

    Exchange exchange() {
        if (exchange == null) {
            throw new IllegalStateException("request is not in use");
        }
        return exchange;
    }

    ServiceOnLoop service() {
        if (service == null) {
            throw new IllegalStateException("request is not in use");
        }
        return service;
    }

    Service shared() {
        return service().service();
    }

    RequestPlan plan() {
        return plan;
    }

    RequestFacts facts() {
        return facts;
    }

    RequestAttempt attempt() {
        return attempt;
    }

    private long nowNanos() {
        return loop.batch().nowNanos();
    }

    /** The plan is made: what comes of the body is kept from now on. */
    void ready() {
        replay.begin(plan.policy().retry().bodyBytes());
    }

    /** Null: it is on its way; else what it lacks. */
    @Nullable LocalAnswer tryAttempt() {
        if (!placed && !shared().requests().tryTake()) {
            return LocalAnswer.OVERFLOW;
        }
        placed = true;
        Pool pool = plan.pool();
        Member member = pool == null ? null : pool.pick(nowNanos(), plan.key(), tried);
        if (pool == null || member == null) {
            return pool == null || pool.isEmpty() ? LocalAnswer.NO_ENDPOINT : LocalAnswer.EJECTED;
        }
        int number = facts.attempts() + 1;
        OutgoingHead.stamp(
                exchange(), plan.protocol(), plan.stamp(number), timer.leftMillis(nowNanos()));
        if (!member.endpoint(plan.protocol()).start(exchange())) {
            pool.nothing(member);
            return LocalAnswer.OVERFLOW;
        }
        attempt.begin(pool, member, number, nowNanos());
        tried.add(member);
        long limit = plan.policy().attemptNanos();
        if (limit > 0) {
            timer.attempt(nowNanos() + limit);
        }
        return null;
    }

    /** What has come of the body goes first; then its client may go on. */
    void sendKept() {
        if (exchange().requestFraming() == BodyFraming.NONE) {
            return;
        }
        boolean flows = true;
        if (replay.length() > 0 || replay.hasEnded()) {
            flows = exchange().forward(replay.bytes(), 0, replay.length(), replay.hasEnded());
        }
        if (replay.isTooLarge()) {
            replay.giveUp();
        }
        if (flows) {
            exchange().client().resumeRequest();
        }
    }

    /** Its place is free: whoever waits may have it. */
    void releasePlace() {
        if (placed) {
            returnPlace();
            service().wake();
        }
    }

    /** Gives a place back that was of no use; whoever waits is looked at already. */
    void returnPlace() {
        if (placed) {
            placed = false;
            shared().requests().give();
        }
    }

    // --- the body ---

    /** A piece for the endpoint that is asked, which may be wanted again. */
    boolean pass(byte[] in, int from, int to, boolean end) {
        replay.keep(in, from, to, end);
        return exchange().forward(in, from, to, end);
    }

    /** A piece for an endpoint that is still to be found. */
    void hold(byte[] in, int from, int to, boolean end) {
        replay.hold(in, from, to, end);
    }

    boolean isKept() {
        return replay.isWhole();
    }

    /** It is not sent again. */
    void dropKept() {
        replay.giveUp();
    }

    // --- the end of an attempt ---

    /** The attempt is not wanted any more, or over. */
    void endAttempt() {
        if (exchange().hasUpstream()) {
            exchange().dropUpstream();
        }
        attempt.end(loop.observer(), nowNanos());
    }

    /** Whether it may be sent again at this time; {@link RetryOutcome#SENT} has taken it from the budget. */
    RetryOutcome outcome(long advice, long atNanos) {
        if (advice == ServerAdvice.NEVER) {
            return RetryOutcome.PUSHBACK;
        }
        if (facts.attempts() > plan.policy().retry().times()) {
            return RetryOutcome.EXHAUSTED;
        }
        if (exchange().requestFraming() != BodyFraming.NONE && !replay.isWhole()) {
            return RetryOutcome.BODY;
        }
        if (timer.endsBefore(atNanos)) {
            return RetryOutcome.DEADLINE;
        }
        return shared().budget().tryRetry(nowNanos()) ? RetryOutcome.SENT : RetryOutcome.BUDGET;
    }

    /** Gives back what it holds, and reports. The exchange goes on without it. */
    void leave() {
        long now = nowNanos();
        if (attempt.isUnderWay()) {
            attempt.nothing("");
            attempt.end(loop.observer(), now);
        }
        timer.clear();
        replay.clear();
        facts.ended(now);
        loop.observer().ended(facts);
        releasePlace();
        service().wake();
        exchange = null;
        service = null;
    }
}
