package dev.asterism.l7.proxy;

import dev.asterism.l7.balance.BalancePolicy;
import dev.asterism.l7.breaker.BreakerPolicy;
import dev.asterism.l7.limit.MaxPolicy;
import dev.asterism.l7.limit.OverloadPolicy;

/**
 * How a service's endpoints are treated.
 *
 * @param protocol what they speak
 * @param overload of a service of this node
 */
public record UpstreamPolicy(
        BalancePolicy balance,
        BreakerPolicy breaker,
        MaxPolicy max,
        Protocol protocol,
        OverloadPolicy overload) {

    /** Without a policy for overload. */
    public UpstreamPolicy(
            BalancePolicy balance, BreakerPolicy breaker, MaxPolicy max, Protocol protocol) {
        this(balance, breaker, max, protocol, OverloadPolicy.OFF);
    }

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
