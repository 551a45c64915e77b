package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.pool.Pool;
import dev.asterism.l7.retry.HedgeAccount;
import dev.asterism.l7.retry.RetryTrigger;
import dev.asterism.l7.retry.UnsentAnswer;
import dev.asterism.l7.rollout.Rollout;
import dev.asterism.l7.route.HeaderChanges;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has been decided about a request before its first attempt. Used again and again. */
final class RequestPlan {

    /** How long a caller has says nothing of an endpoint. */
    private static final String DEADLINE = LocalAnswer.DEADLINE.reason();

    /** A pool that has nobody to ask, where no other takes its requests. */
    private static final List<String> LACKS =
            List.of(LocalAnswer.NO_ENDPOINT.reason(), LocalAnswer.EJECTED.reason());

    private @Nullable CallPolicy policy;
    private @Nullable Pool pool;
    private @Nullable HeaderChanges routeAnswer;
    private @Nullable HeaderChanges branchAnswer;
    private UpstreamProtocol protocol = UpstreamProtocol.HTTP_1;
    private long key;
    private boolean twice;
    private boolean connectOnly;
    private int hopAttempt;
    private @Nullable HedgeAccount hedge;
    private @Nullable Rollout rollout;

    /**
     * @param hop the attempt of the hop before, 0: there was none
     * @param inbound then this hop's attempts are not the server's to know
     */
    void begin(CallPolicy of, Head head, int hop, boolean inbound) {
        policy = of;
        pool = null;
        routeAnswer = null;
        branchAnswer = null;
        key = 0;
        twice = of.retry().allowsTwice(head);
        // The hop nearest to the caller retries: retries at two hops would multiply.
        connectOnly = inbound || hop > 0;
        hopAttempt = hop;
        rollout = null;
        HedgeAccount copies = connectOnly ? null : of.hedge();
        hedge = copies != null && copies.suits(head) ? copies : null;
    }

    /** It goes to the pool of a roll-out. */
    void partOf(Rollout of) {
        rollout = of;
    }

    /** It is over, and counts for its roll-out when that can be held to account. */
    void ended(RequestFacts facts) {
        Rollout of = rollout;
        rollout = null;
        if (of != null && isOfPool(facts)) {
            of.count(Success.of(facts), facts.answeredNanos() - facts.startedNanos());
        }
    }

    private static boolean isOfPool(RequestFacts facts) {
        boolean asked = facts.attempts() > 0 && !facts.reason().equals(DEADLINE);
        return facts.status() > 0 && (asked || LACKS.contains(facts.reason()));
    }

    void answers(HeaderChanges ofRoute, HeaderChanges ofBranch) {
        routeAnswer = ofRoute.isEmpty() ? null : ofRoute;
        branchAnswer = ofBranch.isEmpty() ? null : ofBranch;
    }

    void to(Pool target, UpstreamProtocol spoken, long hash) {
        pool = target;
        protocol = spoken;
        key = hash;
    }

    CallPolicy policy() {
        if (policy == null) {
            throw new IllegalStateException("request has no policy yet");
        }
        return policy;
    }

    /** Null: the request gets no second copy. */
    @Nullable HedgeAccount hedge() {
        return hedge;
    }

    @Nullable Pool pool() {
        return pool;
    }

    UpstreamProtocol protocol() {
        return protocol;
    }

    long key() {
        return key;
    }

    boolean changesAnswer() {
        return routeAnswer != null || branchAnswer != null;
    }

    void changeAnswer(Head head) {
        if (branchAnswer != null) {
            branchAnswer.applyTo(head);
        }
        if (routeAnswer != null) {
            routeAnswer.applyTo(head);
        }
    }

    /** What the next hop is told. */
    int stamp(int attempt) {
        return hopAttempt > 0 ? hopAttempt : attempt;
    }

    boolean retriesAfter(RetryTrigger trigger) {
        boolean ours = !connectOnly || trigger == RetryTrigger.CONNECT;
        return ours && policy().retry().after(trigger, twice);
    }

    /** After an attempt, or a copy, that ended without an answer. */
    boolean repeatsAfter(LocalAnswer cause) {
        if (cause == LocalAnswer.UPSTREAM_STALE) {
            return retriesStale();
        }
        if (cause == LocalAnswer.TIMEOUT) {
            return retriesAfter(RetryTrigger.TIMEOUT);
        }
        return cause != LocalAnswer.BAD_ANSWER
                && cause != LocalAnswer.OVERFLOW
                && cause != LocalAnswer.LOOP
                && retriesAfter(AnswerWatch.triggerOf(cause));
    }

    /** A connection was closed as it was used again: the server may have seen the request, though that is rare. */
    boolean retriesStale() {
        return twice && policy().retry().times() > 0;
    }

    boolean retriesAnswer(int status, int grpcStatus) {
        return !connectOnly
                && (policy().retry().afterCode(status, twice)
                        || policy().retry().afterGrpc(grpcStatus));
    }

    /** The filter on the other side says that its application was not asked; see {@link UnsentAnswer}. */
    boolean retriesUnsent(Head answer, int grpcStatus) {
        return !connectOnly
                && twice
                && retriesAfter(RetryTrigger.CONNECT)
                && UnsentAnswer.is(answer, grpcStatus);
    }

    /** Trailers may decide, so an answer's head waits for them for a moment. */
    boolean waitsForTrailers() {
        return !connectOnly && !policy().retry().policy().on().grpc().isEmpty();
    }
}
