package dev.asterism.l7.fault;

import dev.asterism.l7.identity.Selector;
import java.time.Duration;

/**
 * A fault for a part of a route's requests: a delay, then an answer in place of the upstream's or the upstream's at a
 * slow pace.
 *
 * @param tenThousandths how many of 10,000 requests are hit; 100 is one percent
 * @param delay zero: none
 * @param status of HTTP, 0: none
 * @param grpcStatus {@link #NONE}: none; a gRPC request gets this when it is there, others get {@code status}
 * @param bytesPerSecond of an answer's body, 0: as fast as it comes
 * @param from whose requests
 * @param source where it stands: {@code config.yml:12}
 */
public record FaultSpec(
        int tenThousandths,
        Duration delay,
        int status,
        int grpcStatus,
        int bytesPerSecond,
        Selector from,
        String source) {

    public static final int NONE = -1;

    public FaultSpec {
        if (tenThousandths < 0 || tenThousandths > 10_000) {
            throw new IllegalArgumentException("not a part of 10,000: " + tenThousandths);
        }
    }
}
