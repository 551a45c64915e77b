package dev.asterism.l7.telemetry;

import dev.asterism.l7.proxy.AttemptReport;
import dev.asterism.l7.proxy.RequestReport;
import org.jspecify.annotations.Nullable;

/**
 * Shows requests to taps, makes spans of them where their trace is sampled, and decides which go to the access log:
 * the sampled share of the successful ones, and of others as many as fit into a budget, since clients can cause them
 * without end. One loop's thread.
 */
final class LoggedRequests {

    /** Lines in a second for requests whose client went before an answer: it may send any number. */
    static final int MOST_UNANSWERED = 10;

    /** The same for failures and for what the filter answered itself. */
    static final int MOST_FAILED = 1_000;

    private static final int ALL = 10_000;

    private final AccessLog log;
    private final Taps taps;
    private final Spans spans;
    private final LineBudget unanswered = new LineBudget(MOST_UNANSWERED);
    private final LineBudget failed = new LineBudget(MOST_FAILED);

    /** Of a successful request that is logged, in ten-thousandths. */
    private int sampled;

    LoggedRequests(AccessLog log, Taps taps, Spans spans) {
        this.log = log;
        this.taps = taps;
        this.spans = spans;
    }

    void attempted(AttemptReport attempt) {
        spans.attempted(attempt);
    }

    boolean wantsFields(RequestReport request) {
        return taps.wantsFields(request);
    }

    void add(RequestReport request, boolean good) {
        taps.offer(request);
        spans.ended(request, good);
        boolean wanted = !good || isSampled() || request.trace().isKept();
        if (!wanted || !log.isOn()) {
            return;
        }
        LineBudget budget = budgetOf(request, good);
        long leftOut = budget == null ? 0 : budget.take(request.endedNanos());
        if (leftOut != LineBudget.LEFT_OUT) {
            log.add(request, leftOut);
        }
    }

    private boolean isSampled() {
        sampled += log.sampleTenThousandths();
        boolean taken = sampled >= ALL;
        sampled = taken ? sampled - ALL : sampled;
        return taken;
    }

    private @Nullable LineBudget budgetOf(RequestReport request, boolean good) {
        if (request.status() == 0) {
            return unanswered;
        }
        return good && request.reason().isEmpty() ? null : failed;
    }
}
