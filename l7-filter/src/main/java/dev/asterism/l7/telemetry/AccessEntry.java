package dev.asterism.l7.telemetry;

import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.TraceContext;
import dev.asterism.l7.proxy.InputReport;
import dev.asterism.l7.proxy.RequestReport;
import dev.asterism.l7.proxy.ServiceSide;
import dev.asterism.l7.proxy.ShownField;
import java.util.List;

/**
 * What the access log says of one request, taken while it is lent.
 *
 * @param endedNanos of the loops' clock
 * @param fields of the heads, where they were wanted
 * @param answerNanos from the request's start to that of its answer; negative: there was none
 */
record AccessEntry(
        ServiceSide direction,
        Way way,
        Line line,
        Caller caller,
        Trace trace,
        Fields fields,
        int status,
        int grpcStatus,
        String reason,
        Tries tries,
        long endedNanos,
        long durationNanos,
        long answerNanos,
        long requestBytes,
        long answerBytes,
        Refusal refusal) {

    private static final int ENTRY_BYTES = 700;
    private static final int FIELD_BYTES = 130;

    /**
     * Of input that was no request, and of what there is too much of.
     *
     * @param why the protocol refused it; empty: it is a request
     * @param leftOut lines about its like before this one
     */
    record Refusal(String why, long leftOut) {

        private static final Refusal NONE = new Refusal("", 0);
    }

    /**
     * Where it went; each may be empty.
     *
     * @param emptyPool where it would have gone, if that had had an endpoint
     */
    record Way(String service, String route, String pool, String emptyPool, String endpoint) {}

    /** What was asked for. */
    record Line(String method, String path, String authority) {

        private static final Line NONE = new Line("", "", "");
    }

    /** Each may be empty. */
    record Trace(String trace, String span, String parent) {

        private static final Trace NONE = new Trace("", "", "");
    }

    /**
     * @param hedge what came of the second copy; empty: none was due
     */
    record Tries(int attempts, String hedge) {}

    /** As they came. */
    record Fields(List<ShownField> request, List<ShownField> answer) {

        private static final Fields NONE = new Fields(List.of(), List.of());

        private int characters() {
            int sum = 0;
            for (List<ShownField> side : List.of(request, answer)) {
                for (ShownField field : side) {
                    sum += FIELD_BYTES + field.name().length() + field.value().length();
                }
            }
            return sum;
        }
    }

    /**
     * @param fields with the fields of the heads, where there are any
     */
    static AccessEntry of(RequestReport request, long leftOut, boolean fields) {
        long started = request.startedNanos();
        long answered = request.answeredNanos();
        return new AccessEntry(
                request.direction(),
                new Way(
                        request.service(),
                        request.route(),
                        request.pool(),
                        request.emptyPool(),
                        request.endpoint()),
                new Line(request.method(), request.path(), request.authority()),
                request.caller(),
                of(request.trace()),
                fields ? new Fields(request.requestFields(), request.answerFields()) : Fields.NONE,
                request.status(),
                request.grpcStatus(),
                request.reason(),
                new Tries(request.attempts(), request.hedge()),
                request.endedNanos(),
                request.endedNanos() - started,
                answered == 0 ? -1 : answered - started,
                request.requestBytes(),
                request.answerBytes(),
                leftOut == 0 ? Refusal.NONE : new Refusal("", leftOut));
    }

    /** What it keeps in memory, in bytes and about. */
    int weight() {
        return ENTRY_BYTES + line.path().length() + fields.characters();
    }

    private static Trace of(TraceContext trace) {
        return new Trace(trace.trace(), trace.span(), trace.parent());
    }

    /** The fields of a request that was none are empty. */
    static AccessEntry of(InputReport input, long leftOut) {
        return new AccessEntry(
                input.direction(),
                new Way(input.service(), "", "", "", ""),
                Line.NONE,
                input.caller(),
                Trace.NONE,
                Fields.NONE,
                input.status(),
                -1,
                "",
                new Tries(0, ""),
                input.nanos(),
                0,
                -1,
                0,
                0,
                new Refusal(input.why().word(), leftOut));
    }
}
