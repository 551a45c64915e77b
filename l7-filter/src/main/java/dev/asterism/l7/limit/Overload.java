package dev.asterism.l7.limit;

import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Priority;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * An {@link OverloadPolicy} at work, over all loops: keeps a service's places at the adaptive limit, and knows of which
 * class requests wait. Safe on any thread, without a lock; allocates nothing for a request.
 */
public final class Overload {

    private final OverloadPolicy policy;
    private final Gauge requests;
    private final int most;
    private final AdaptiveLimit limit;
    private final AtomicIntegerArray waiting;

    /**
     * @param policy an adaptive one
     * @param requests whose number of places {@link #apply} sets; in audit it stays {@code most}
     * @param most places
     * @param previous of another configuration of the service: who waits there waits here, and what its limit has
     *     learnt goes on when it is found in the same way
     */
    public Overload(
            OverloadPolicy policy,
            Gauge requests,
            int most,
            @Nullable Overload previous,
            long nowNanos) {
        this.policy = policy;
        this.requests = requests;
        this.most = most;
        limit =
                previous != null && previous.most == most && previous.policy.findsAs(policy)
                        ? previous.limit
                        : new AdaptiveLimit(policy.least(), most, policy.headroom(), nowNanos);
        waiting =
                previous == null
                        ? new AtomicIntegerArray(Priority.values().length)
                        : previous.waiting;
    }

    public OverloadPolicy policy() {
        return policy;
    }

    /** Places are given by class, and what is over the limit is refused; else, in audit, it is counted only. */
    public boolean sheds() {
        return !policy.audit();
    }

    public AdaptiveLimit limit() {
        return limit;
    }

    /** Sets the number of places. */
    public void apply() {
        requests.most(policy.audit() ? most : limit.limit());
    }

    public Priority priority(Caller caller) {
        return policy.of(caller);
    }

    /**
     * An answer of the application has begun.
     *
     * @param latencyNanos since it had all of the request
     * @param refused the answer says so, by 4xx, 5xx or gRPC's status: such a one counts only when it was slow, as an
     *     application that refuses at once is not at its best
     */
    public void answered(long latencyNanos, boolean refused, long nowNanos) {
        heard(nowNanos);
        boolean counts = !refused || limit.isSlow(latencyNanos);
        if (counts && limit.answered(latencyNanos, requests.count(), nowNanos)) {
            apply();
        }
    }

    /** An answer has begun that says nothing of the application's latency. */
    public void heard(long nowNanos) {
        limit.heard(nowNanos);
    }

    /** A request finds no place. */
    public void lacksPlace(long nowNanos) {
        if (limit.refused(nowNanos)) {
            apply();
        }
    }

    /** In audit: whether a request that got its place would not have got it. */
    public boolean isOverInAudit() {
        return policy.audit() && requests.count() > limit.limit();
    }

    /** One of this class lacks a place from now on. */
    public void waits(Priority priority) {
        waiting.incrementAndGet(priority.rank());
    }

    public void waitsNoMore(Priority priority) {
        waiting.decrementAndGet(priority.rank());
    }

    /** Whether requests that matter more wait, on any loop: one of this class may not go before them. */
    public boolean yields(Priority priority) {
        if (policy.audit()) {
            return false;
        }
        for (int above = priority.rank() + 1; above < waiting.length(); above++) {
            if (waiting.get(above) > 0) {
                return true;
            }
        }
        return false;
    }

    /** How many requests of this class lack a place. */
    public int waiting(Priority priority) {
        return waiting.get(priority.rank());
    }
}
