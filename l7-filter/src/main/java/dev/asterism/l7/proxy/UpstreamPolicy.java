package dev.asterism.l7.proxy;

import dev.asterism.l7.balance.BalancePolicy;
import dev.asterism.l7.breaker.BreakerPolicy;
import dev.asterism.l7.limit.MaxPolicy;

/**
 * How a service's endpoints are treated.
 *
 * @param protocol what they speak
 */
public record UpstreamPolicy(
        BalancePolicy balance, BreakerPolicy breaker, MaxPolicy max, Protocol protocol) {

    /** What the endpoints of a service speak. */
    public enum Protocol {
        /** What the client speaks. */
        AUTO,
        HTTP_1,
        HTTP_2
    }

    public static final UpstreamPolicy STANDARD =
            new UpstreamPolicy(
                    BalancePolicy.STANDARD,
                    BreakerPolicy.STANDARD,
                    MaxPolicy.STANDARD,
                    Protocol.AUTO);
}
