package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.Priority;
import dev.asterism.l7.limit.CallerShares;
import dev.asterism.l7.limit.CallerShares.Share;
import dev.asterism.l7.limit.Gauge;
import dev.asterism.l7.limit.Overload;
import dev.asterism.l7.pool.Member;
import dev.asterism.l7.pool.Pool;
import dev.asterism.l7.pool.Tried;
import dev.asterism.l7.proxy.Waiting.Lack;
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
    private RequestAttempt attempt = new RequestAttempt(facts);
    private final Tried tried = new Tried();
    private final ReplayBody replay;
    private final RequestTimer timer;
    private @Nullable Exchange exchange;
    private @Nullable ServiceOnLoop service;
    private @Nullable Share share;
    private @Nullable MirroredRequest mirror;
    private final Hedging hedging;
    private boolean placed;
    private Priority priority = Priority.NORMAL;
    private Lack lack = Lack.PLACE;

    RequestSender(DispatchLoop loop, RequestTimer timer) {
        this.loop = loop;
        this.timer = timer;
        replay = new ReplayBody(loop.batch().buffers(), loop.snapshot().replay());
        hedging = new Hedging(loop, this, timer, tried, replay);
    }

    void begin(Exchange next, ServiceOnLoop to, Head head) {
        exchange = next;
        service = to;
        placed = false;
        priority = Priority.NORMAL;
        share = shareOf(to.service(), next);
        tried.clear();
        mirror = null;
        Service of = to.service();
        facts.begin(next, head, of.spec().direction(), of.name());
    }

    /** The body goes there too. */
    void mirror(@Nullable MirroredRequest copy) {
        mirror = copy;
    }

    /** A piece of the body, whatever becomes of the request. */
    void mirrorBody(byte[] in, int from, int to, boolean end) {
        if (mirror != null) {
            mirror.body(in, from, to, end);
        }
    }

    private @Nullable Share shareOf(Service to, Exchange of) {
        CallerShares shares = to.shares();
        return shares == null ? null : shares.of(of.caller(), nowNanos());
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

    /** Another one gives the answer. */
    void attempt(RequestAttempt answering) {
        attempt = answering;
    }

    Hedging hedging() {
        return hedging;
    }

    private long nowNanos() {
        return loop.batch().nowNanos();
    }

    /**
     * Its class while the service has too much to do.
     *
     * @param ofRoute null: the caller's
     */
    void priority(@Nullable Priority ofRoute) {
        Overload overload = shared().overload();
        if (overload != null) {
            priority = ofRoute == null ? overload.priority(exchange().caller()) : ofRoute;
        }
    }

    Priority priority() {
        return priority;
    }

    /** What {@link #tryAttempt} has found to be lacking. */
    Lack lack() {
        return lack;
    }

    /** The plan is made: what comes of the body is kept from now on. */
    void ready() {
        replay.begin(plan.policy().bodyBytes());
        hedging.began();
    }

    /** Null: it is on its way; else what it lacks. */
    @Nullable LocalAnswer tryAttempt() {
        lack = Lack.PLACE;
        LocalAnswer lacks = takePlace();
        if (lacks != null) {
            return lacks;
        }
        Pool pool = plan.pool();
        Member member = pool == null ? null : pool.pick(nowNanos(), plan.key(), tried);
        if (pool == null || member == null) {
            lack = Lack.ENDPOINT;
            return pool == null || pool.isEmpty() ? LocalAnswer.NO_ENDPOINT : LocalAnswer.EJECTED;
        }
        int number = facts.attempts() + 1;
        OutgoingHead.stamp(
                exchange(), plan.protocol(), plan.stamp(number), timer.leftMillis(nowNanos()));
        if (!member.endpoint(plan.protocol()).start(exchange())) {
            pool.nothing(member, pool.probe());
            return LocalAnswer.OVERFLOW;
        }
        attempt.begin(pool, member, number, nowNanos());
        facts.attempt(member.name());
        tried.add(member);
        long limit = plan.policy().attemptNanos();
        if (limit > 0) {
            timer.attempt(nowNanos() + limit);
        }
        if (exchange().requestFraming() == BodyFraming.NONE) {
            hedging.sentWhole();
        }
        return null;
    }

    boolean hasUntried() {
        return tried.leavesAny();
    }

    /** What has come of the body goes first; then its client may go on. */
    void sendKept() {
        if (exchange().requestFraming() == BodyFraming.NONE) {
            return;
        }
        boolean flows = true;
        if (replay.length() > 0 || replay.hasEnded()) {
            flows = forward(replay.bytes(), 0, replay.length(), replay.hasEnded());
        }
        if (replay.isTooLarge()) {
            replay.giveUp();
        }
        if (flows) {
            exchange().downstream().resumeRequest();
        }
    }

    private @Nullable LocalAnswer takePlace() {
        if (placed) {
            return null;
        }
        Overload overload = shared().overload();
        if (overload != null && overload.yields(priority)) {
            return LocalAnswer.OVERLOAD;
        }
        Share of = share;
        if (of != null && of.isForgotten()) {
            // It had nothing for a while: a fault's delay, or between two attempts.
            of = shareOf(shared(), exchange());
            share = of;
        }
        if (of != null && !of.tryHold(shared().places(plan.protocol()))) {
            lack = Lack.SHARE;
            lacksPlace(overload);
            return sheds(overload) && !of.othersWait()
                    ? LocalAnswer.OVERLOAD
                    : LocalAnswer.CALLER_SHARE;
        }
        if (!shared().tryPlace(of)) {
            if (of != null) {
                of.release();
            }
            lacksPlace(overload);
            return sheds(overload) ? LocalAnswer.OVERLOAD : LocalAnswer.OVERFLOW;
        }
        placed = true;
        if (overload != null && overload.isOverInAudit()) {
            lacksPlace(overload);
            loop.observer().shed(facts, priority, true);
        }
        if (of != null) {
            of.served();
        }
        return null;
    }

    private void lacksPlace(@Nullable Overload overload) {
        if (overload != null) {
            overload.lacksPlace(nowNanos());
        }
    }

    private static boolean sheds(@Nullable Overload overload) {
        return overload != null && overload.sheds();
    }

    /** Takes a place among those that wait; null, or why there is none. */
    @Nullable LocalAnswer takeTurn() {
        Gauge pending = shared().pending();
        if (share != null && !share.tryWait(pending.most())) {
            return LocalAnswer.CALLER_SHARE;
        }
        if (!pending.tryTake()) {
            if (share != null) {
                share.waitsNoMore();
            }
            return LocalAnswer.OVERFLOW;
        }
        return null;
    }

    void giveTurn() {
        shared().pending().give();
        if (share != null) {
            share.waitsNoMore();
        }
    }

    /** What its caller has; null: callers do not share. */
    @Nullable Share share() {
        return share;
    }

    /** The head of an answer has come. */
    void answered(int status, int grpcStatus, long nowNanos) {
        attempt.answered(status, grpcStatus, nowNanos);
        hedging.answered(nowNanos);
        Overload overload = shared().overload();
        if (overload != null && !exchange().isBodySent()) {
            overload.heard(nowNanos); // before it has all of the request it waits for the client
        } else if (overload != null) {
            overload.answered(nowNanos - attempt.wholeNanos(), attempt.hasRefused(), nowNanos);
        }
    }

    /** Frees the request's place and wakes the requests that wait for one. */
    void releasePlace() {
        if (placed) {
            returnPlace();
            service().wake();
        }
    }

    /** Frees a place that was not used; wakes no one, as the waiting requests are being served already. */
    void returnPlace() {
        if (placed) {
            placed = false;
            shared().requests().give();
            if (share != null) {
                share.release();
            }
        }
    }

    // --- the body ---

    /** A piece for the endpoint that is asked, which may be wanted again. */
    boolean pass(byte[] in, int from, int to, boolean end) {
        replay.keep(in, from, to, end);
        return forward(in, from, to, end);
    }

    private boolean forward(byte[] in, int from, int to, boolean end) {
        if (end) {
            attempt.sentWhole(nowNanos());
            hedging.sentWhole();
        }
        return exchange().forward(in, from, to, end);
    }

    /** The end of a body, for the endpoint that is asked. */
    void passTrailers(Head fields) {
        attempt.sentWhole(nowNanos());
        if (mirror != null) {
            mirror.bodyTrailers(fields);
        }
        exchange().forwardTrailers(fields);
    }

    /** A piece for an endpoint that is still to be found; false: there is no memory for it. */
    boolean hold(byte[] in, int from, int to, boolean end) {
        return replay.hold(in, from, to, end);
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
        if (facts.turns() > plan.policy().retry().times()) {
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
        hedging.end(HedgeOutcome.CANCELED);
        if (attempt.isUnderWay()) {
            attempt.nothing("");
            attempt.end(loop.observer(), now);
        }
        if (mirror != null) {
            mirror.bodyEnds();
            mirror = null;
        }
        timer.clear();
        replay.clear();
        facts.ended(now);
        plan.ended(facts);
        loop.observer().ended(facts);
        facts.forgetFields();
        releasePlace();
        service().wake();
        exchange = null;
        service = null;
        share = null;
    }
}
