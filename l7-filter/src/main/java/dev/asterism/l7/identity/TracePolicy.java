package dev.asterism.l7.identity;

import java.util.List;

/**
 * What becomes of the trace that a request belongs to, W3C Trace Context 1.
 *
 * @param propagates false: the fields are not looked at and go on as they came
 * @param sampleTenThousandths how many of 10,000 traces that begin here are marked as sampled, where no rule says
 *     another number; negative: none begins here
 * @param logsSpans each request gets a span of its own; it is in the access log, and the receiver of the request sees
 *     it as the parent
 * @param otlp where the spans of sampled traces are sent, {@code http://127.0.0.1:4318}; empty: nowhere
 * @param rules the first that fits says how many traces are sampled
 */
public record TracePolicy(
        boolean propagates,
        int sampleTenThousandths,
        boolean logsSpans,
        String otlp,
        List<Rule> rules) {

    /** For {@link #sampleTenThousandths}. */
    public static final int BEGINS_NONE = -1;

    /** Good fields go on as they came: a span that nobody records would leave a gap in the trace. */
    public static final TracePolicy STANDARD = new TracePolicy(true, BEGINS_NONE, false);

    public static final TracePolicy OFF = new TracePolicy(false, BEGINS_NONE, false);

    /**
     * Sampling of some requests.
     *
     * @param from their callers
     * @param service that they are for; empty: any
     */
    public record Rule(Selector from, String service, int tenThousandths) {}

    public TracePolicy {
        rules = List.copyOf(rules);
    }

    /** Without an export. */
    public TracePolicy(boolean propagates, int sampleTenThousandths, boolean logsSpans) {
        this(propagates, sampleTenThousandths, logsSpans, "", List.of());
    }

    /** Spans are sent away. */
    public boolean exports() {
        return !otlp.isEmpty();
    }

    /** Each request gets a span of its own. */
    public boolean ownSpans() {
        return logsSpans || exports();
    }

    /** A request without a good {@code traceparent} gets one, wherever no rule is asked. */
    public boolean begins() {
        return sampleTenThousandths >= 0;
    }

    /** How many of 10,000 such traces are sampled; negative: none begins here. Makes no objects. */
    public int sampleOf(Caller caller, String service) {
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            boolean fits = rule.service.isEmpty() || rule.service.equals(service);
            if (fits && rule.from.matches(caller)) {
                return rule.tenThousandths;
            }
        }
        return sampleTenThousandths;
    }
}
