package dev.asterism.l7.telemetry;

import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.proxy.RequestReport;
import dev.asterism.l7.proxy.ServiceSide;

/**
 * What the access log says of one request, taken while it is lent.
 *
 * @param endedNanos of the loops' clock
 * @param answerNanos from the request's start to that of its answer; negative: there was none
 */
record AccessEntry(
        ServiceSide direction,
        Way way,
        Caller caller,
        String method,
        String path,
        String authority,
        int status,
        int grpcStatus,
        String reason,
        int attempts,
        long endedNanos,
        long durationNanos,
        long answerNanos,
        long requestBytes,
        long answerBytes) {

    /** Where it went; each may be empty. */
    record Way(String service, String route, String pool, String endpoint) {}

    static AccessEntry of(RequestReport request) {
        long started = request.startedNanos();
        long answered = request.answeredNanos();
        return new AccessEntry(
                request.direction(),
                new Way(request.service(), request.route(), request.pool(), request.endpoint()),
                request.caller(),
                request.method(),
                request.path(),
                request.authority(),
                request.status(),
                request.grpcStatus(),
                request.reason(),
                request.attempts(),
                request.endedNanos(),
                request.endedNanos() - started,
                answered == 0 ? -1 : answered - started,
                request.requestBytes(),
                request.answerBytes());
    }
}
