package dev.asterism.l7.identity;

/**
 * What becomes of the trace that a request belongs to, W3C Trace Context 1.
 *
 * @param propagates false: the fields are not looked at and go on as they came
 * @param sampleTenThousandths how many of 10,000 traces that begin here are marked as sampled;
 *     negative: none begins here
 * @param ownSpans each request gets a span of its own; it is in the access log, and the receiver of
 *     the request sees it as the parent
 */
public record TracePolicy(boolean propagates, int sampleTenThousandths, boolean ownSpans) {

    /** For {@link #sampleTenThousandths}. */
    public static final int BEGINS_NONE = -1;

    /** Good fields go on as they came: a span that nobody records would leave a gap in the trace. */
    public static final TracePolicy STANDARD = new TracePolicy(true, BEGINS_NONE, false);

    public static final TracePolicy OFF = new TracePolicy(false, BEGINS_NONE, false);

    /** A request without a good {@code traceparent} gets one. */
    public boolean begins() {
        return sampleTenThousandths >= 0;
    }

    /**
     * @param random over 64 bits
     */
    boolean samples(long random) {
        return Long.remainderUnsigned(random, 10_000) < sampleTenThousandths;
    }
}
