package dev.asterism.l7.proxy;

import dev.asterism.l7.limit.RateLimiter;
import dev.asterism.l7.retry.HedgeAccount;
import dev.asterism.l7.retry.RetryRule;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A {@link TrafficPolicy} for the request path. Its rate limiter and its account of copies are shared by all loops;
 * everything else is immutable. Times are nanoseconds, 0: without end.
 */
final class CallPolicy {

    private final TrafficPolicy spec;
    private final RetryRule retry;
    private final @Nullable HedgeAccount hedge;
    private final long requestNanos;
    private final long attemptNanos;
    private final long idleNanos;
    private final @Nullable RateLimiter limiter;

    /** @param previous whose callers are not forgotten when the rate is the same */
    CallPolicy(TrafficPolicy spec, @Nullable CallPolicy previous, long nowNanos) {
        this.spec = spec;
        retry = new RetryRule(spec.retry());
        requestNanos = spec.timeout().request().toNanos();
        attemptNanos = spec.timeout().attempt().toNanos();
        idleNanos = spec.timeout().idle().toNanos();
        limiter = limiter(spec, previous, nowNanos);
        hedge = hedge(spec, previous);
    }

    private static @Nullable RateLimiter limiter(
            TrafficPolicy spec, @Nullable CallPolicy previous, long nowNanos) {
        if (spec.limit().isNone()) {
            return null;
        }
        if (previous != null && previous.spec.limit().isSameAs(spec.limit())) {
            return previous.limiter;
        }
        return new RateLimiter(spec.limit(), nowNanos);
    }

    /** What it has learnt outlives a change of other things. */
    private static @Nullable HedgeAccount hedge(TrafficPolicy spec, @Nullable CallPolicy previous) {
        if (spec.hedge().isNone()) {
            return null;
        }
        HedgeAccount known = previous == null ? null : previous.hedge;
        Duration window = spec.retry().budget().window();
        boolean same =
                previous != null
                        && previous.spec.hedge().isSameAs(spec.hedge())
                        && previous.spec.retry().budget().window().equals(window);
        return known != null && same ? known : new HedgeAccount(spec.hedge(), window);
    }

    /** Null: no second copies are sent. */
    @Nullable HedgeAccount hedge() {
        return hedge;
    }

    /** Bytes of a body that are worth keeping. */
    int bodyBytes() {
        return hedge == null ? retry.bodyBytes() : spec.retry().bodyBytes();
    }

    RetryRule retry() {
        return retry;
    }

    long requestNanos() {
        return requestNanos;
    }

    long attemptNanos() {
        return attemptNanos;
    }

    long idleNanos() {
        return idleNanos;
    }

    long connectNanos() {
        return spec.timeout().connect().toNanos();
    }

    @Nullable RateLimiter limiter() {
        return limiter;
    }
}
