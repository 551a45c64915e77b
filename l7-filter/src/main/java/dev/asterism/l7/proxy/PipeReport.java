package dev.asterism.l7.proxy;

import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.pipe.PipeEnd;
import dev.asterism.l7.pipe.TcpPipe;

/**
 * A connection whose bytes were carried without inspection, when it is over.
 *
 * @param service empty: it went where it was going before a rule of this host led it here
 * @param reason the word of {@code x-mesh-reason} when it was refused, else empty
 * @param requestBytes of its client that were carried
 * @param answerBytes of the server
 */
public record PipeReport(
        ServiceSide direction,
        String service,
        Caller caller,
        PipeEnd end,
        String reason,
        long requestBytes,
        long answerBytes) {

    public static PipeReport of(
            ServiceSide direction, String service, TcpPipe pipe, PipeEnd end, String reason) {
        return new PipeReport(
                direction,
                service,
                pipe.caller(),
                end,
                reason,
                pipe.requestBytes(),
                pipe.answerBytes());
    }
}
