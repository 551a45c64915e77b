package dev.asterism.l7.proxy;

import dev.asterism.l7.balance.Load;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.pool.Member;
import dev.asterism.l7.pool.Pool;
import dev.asterism.l7.retry.ServerAdvice;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at an endpoint: what it came to, and the telling of it to the pool and the observer. Used again and
 * again.
 */
final class RequestAttempt implements AttemptReport {

    private static final int BAD_REQUEST = 400;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final long LEAST_PENALTY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int GRPC_RESOURCE_EXHAUSTED = 8;

    private final RequestFacts request;
    private String endpoint = "";
    private @Nullable Pool pool;
    private @Nullable Member member;
    private int number;
    private int status;
    private int grpcStatus;
    private String failure = "";
    private boolean good;
    private boolean judged;
    private long probe;
    private long sentNanos;
    private long wholeNanos;
    private long answeredNanos;
    private long endedNanos;

    RequestAttempt(RequestFacts request) {
        this.request = request;
    }

    /** The pool has just picked the member. */
    void begin(Pool of, Member to, int count, long nowNanos) {
        pool = of;
        member = to;
        number = count;
        endpoint = to.name();
        status = 0;
        grpcStatus = -1;
        failure = "";
        good = false;
        judged = false;
        probe = of.probe();
        sentNanos = nowNanos;
        wholeNanos = nowNanos;
        answeredNanos = 0;
        endedNanos = 0;
        of.sent(to);
    }

    /** The end of the request is sent. */
    void sentWhole(long nowNanos) {
        wholeNanos = nowNanos;
    }

    /** When the end of the request was sent; while it was not, when its head was. */
    long wholeNanos() {
        return wholeNanos;
    }

    boolean isUnderWay() {
        return member != null;
    }

    /** The head of its answer. */
    void answered(int code, int grpcCode, long nowNanos) {
        status = code;
        grpcStatus = grpcCode;
        answeredNanos = nowNanos;
    }

    /** Of trailers. */
    void grpcStatus(int code) {
        grpcStatus = code;
    }

    /** Status and gRPC status say that the endpoint failed. */
    boolean hasFailed() {
        return status >= 500
                || switch (grpcStatus) {
                    // UNKNOWN, DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE, DATA_LOSS
                    case 2, 4, 13, 14, 15 -> true;
                    default -> false;
                };
    }

    /** The endpoint has too much to do: bad for its score, no fault in a row. */
    boolean isTooMuch() {
        return status == TOO_MANY_REQUESTS || grpcStatus == GRPC_RESOURCE_EXHAUSTED;
    }

    /** The endpoint did not do what was asked, for whatever reason. */
    boolean hasRefused() {
        return status >= BAD_REQUEST || grpcStatus > 0;
    }

    /** Tells the pool what the answer says; once. */
    void judge(long advice, long nowNanos) {
        Pool of = pool;
        Member at = member;
        if (judged || of == null || at == null) {
            return;
        }
        judged = true;
        boolean tooMuch = isTooMuch();
        good = !tooMuch && !hasFailed();
        if (good) {
            of.good(at, answeredNanos - sentNanos, nowNanos, probe);
        } else {
            of.bad(at, penalty(advice), !tooMuch, nowNanos, probe);
        }
    }

    /** What a failure counts as: at least a second, whatever the server asks for. */
    static long penalty(long advice) {
        // "At once" or in the past is no praise.
        return advice <= 0
                ? Load.FAILURE_NANOS
                : Math.clamp(advice, LEAST_PENALTY_NANOS, ServerAdvice.MOST_NANOS);
    }

    /** There was no answer, or it broke. */
    void failed(LocalAnswer cause, long nowNanos) {
        if (cause.isOfThisAgent() || cause == LocalAnswer.UPSTREAM_STALE) {
            nothing(cause.reason()); // no fault of the endpoint
            return;
        }
        failure = cause.reason();
        good = false;
        Pool of = pool;
        Member at = member;
        if (of != null && at != null) {
            judged = true;
            of.bad(at, Load.FAILURE_NANOS, true, nowNanos, probe);
        }
    }

    /** Another endpoint has answered first: the balancer and the breaker are to know how long it took at least. */
    void beaten(long nowNanos) {
        Pool of = pool;
        Member at = member;
        if (!judged && of != null && at != null) {
            judged = true;
            failure = HEDGED;
            of.late(at, nowNanos - sentNanos, nowNanos, probe);
        }
    }

    /** It says nothing of the endpoint. */
    void nothing(String word) {
        Pool of = pool;
        Member at = member;
        if (!judged && of != null && at != null) {
            judged = true;
            failure = word;
            of.nothing(at, probe);
        }
    }

    /** It is over, with its body; once. */
    void end(Observer observer, long nowNanos) {
        Pool of = pool;
        Member at = member;
        if (of == null || at == null) {
            return;
        }
        endedNanos = nowNanos;
        of.over(at);
        observer.attempted(this);
        pool = null;
        member = null;
    }

    @Override
    public RequestReport request() {
        return request;
    }

    @Override
    public String endpoint() {
        return endpoint;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public int grpcStatus() {
        return grpcStatus;
    }

    @Override
    public String failure() {
        return failure;
    }

    @Override
    public boolean isGood() {
        return good;
    }

    @Override
    public long sentNanos() {
        return sentNanos;
    }

    @Override
    public long answeredNanos() {
        return answeredNanos;
    }

    @Override
    public long endedNanos() {
        return endedNanos;
    }
}
