package dev.asterism.l7.retry;

import dev.asterism.l7.http.Head;

/**
 * A {@link RetryPolicy} for the request path: says what may be repeated after what. A server that may have seen a
 * request gets it again only when its method allows that; naming a gRPC status allows it for gRPC, whose methods are
 * all POST. Immutable, safe on any thread; allocates nothing when asked.
 */
public final class RetryRule {

    private static final int FIRST_CODE = 400;
    private static final int CODES = 200;

    private final RetryPolicy policy;
    private final boolean[] triggers = new boolean[RetryTrigger.values().length];
    private final boolean[] codes = new boolean[CODES];
    private final boolean[] grpc = new boolean[GrpcStatus.values().length];
    private final MethodSet methods;
    private final long unitNanos;
    private final long capNanos;

    @SuppressWarnings("EnumOrdinal") // an index within this object's life, never stored
    public RetryRule(RetryPolicy policy) {
        this.policy = policy;
        policy.on().triggers().forEach(trigger -> triggers[trigger.ordinal()] = true);
        policy.on().codes().forEach(code -> codes[code - FIRST_CODE] = true);
        policy.on().grpc().forEach(status -> grpc[status.code()] = true);
        methods = new MethodSet(policy.methods());
        unitNanos = policy.backoffLeast().toNanos();
        capNanos = policy.backoffMost().toNanos();
    }

    public RetryPolicy policy() {
        return policy;
    }

    public int times() {
        return policy.times();
    }

    /** Bytes of a body that are worth keeping. */
    public int bodyBytes() {
        return policy.times() == 0 ? 0 : policy.bodyBytes();
    }

    /** A server may see it twice. */
    public boolean allowsTwice(Head request) {
        return methods.has(request);
    }

    /** Whether it is to be repeated after this; {@code twice} is {@link #allowsTwice}. */
    @SuppressWarnings("EnumOrdinal") // an index within this object's life, never stored
    public boolean after(RetryTrigger trigger, boolean twice) {
        boolean unseen = trigger == RetryTrigger.CONNECT || trigger == RetryTrigger.REFUSED;
        return triggers[trigger.ordinal()] && (unseen || twice);
    }

    public boolean afterCode(int code, boolean twice) {
        return twice && code >= FIRST_CODE && code < FIRST_CODE + CODES && codes[code - FIRST_CODE];
    }

    /** @param status -1: none was seen */
    public boolean afterGrpc(int status) {
        return status >= 0 && status < grpc.length && grpc[status];
    }

    /**
     * How long to wait before a retry.
     *
     * @param retry from 1
     * @param random evenly distributed over all longs
     */
    public long backoffNanos(int retry, long random) {
        return Backoff.nanos(unitNanos, capNanos, retry, random);
    }
}
