package dev.asterism.l7.proxy;

import dev.asterism.l7.limit.RatePolicy;
import dev.asterism.l7.retry.HedgePolicy;
import dev.asterism.l7.retry.RetryPolicy;
import dev.asterism.l7.retry.TimeoutPolicy;

/** What a service and each of its routes may set by itself. The budget of retries is the service's in any case. */
public record TrafficPolicy(
        RetryPolicy retry, HedgePolicy hedge, TimeoutPolicy timeout, RatePolicy limit) {

    /** Without second copies. */
    public TrafficPolicy(RetryPolicy retry, TimeoutPolicy timeout, RatePolicy limit) {
        this(retry, HedgePolicy.NONE, timeout, limit);
    }

    public static final TrafficPolicy STANDARD =
            new TrafficPolicy(RetryPolicy.STANDARD, TimeoutPolicy.STANDARD, RatePolicy.NONE);
}
