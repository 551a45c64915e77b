package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.InputRefusal;
import dev.asterism.l7.identity.Caller;

/**
 * Input that the protocol refused.
 *
 * @param service that it was for; empty: the host would have named the service
 * @param status of the answer; 0: the connection or the stream ended without one
 * @param nanos when, by the loop's clock
 */
public record InputReport(
        ServiceSide direction,
        String service,
        Caller caller,
        InputRefusal why,
        int status,
        long nanos) {}
