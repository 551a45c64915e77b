package dev.asterism.l7.identity;

import java.util.HexFormat;

/** The trace of one request, and the span that the filter gave it. Used again and again; one loop's thread. */
public final class TraceContext {

    private static final HexFormat HEX = HexFormat.of();

    private long high;
    private long low;
    private long parent;
    private long span;
    private boolean kept;
    private boolean exported;

    public void clear() {
        high = 0;
        low = 0;
        parent = 0;
        span = 0;
        kept = false;
        exported = false;
    }

    /**
     * @param traceHigh the first half of the trace's id
     * @param parentSpan 0: it begins here
     */
    void belongsTo(long traceHigh, long traceLow, long parentSpan) {
        high = traceHigh;
        low = traceLow;
        parent = parentSpan;
    }

    /**
     * @param sampled whether somebody records the trace
     */
    void span(long id, boolean sampled, TracePolicy policy) {
        span = id;
        kept = sampled && policy.logsSpans();
        exported = sampled && policy.exports();
    }

    /** The first half of the trace's id. */
    public long high() {
        return high;
    }

    public long low() {
        return low;
    }

    /** Of the filter's span; 0: there is none. */
    public long spanId() {
        return span;
    }

    /** The caller's span; 0: it named none. */
    public long parentId() {
        return parent;
    }

    /** Its spans are to be sent away. */
    public boolean isExported() {
        return exported;
    }

    /** Its line is to be written whatever is sampled there. */
    public boolean isKept() {
        return kept;
    }

    /** 32 hex digits; empty: there is none. A new string, as are the other two. */
    public String trace() {
        return high == 0 && low == 0 ? "" : HEX.toHexDigits(high) + HEX.toHexDigits(low);
    }

    /** 16 hex digits; empty: the filter gave it none. */
    public String span() {
        return span == 0 ? "" : HEX.toHexDigits(span);
    }

    /** The caller's span, 16 hex digits; empty: it named none. */
    public String parent() {
        return parent == 0 ? "" : HEX.toHexDigits(parent);
    }
}
