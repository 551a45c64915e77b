package dev.asterism.l7.identity;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import java.util.List;

/**
 * {@code x-request-id} and {@code traceparent} (W3C Trace Context 1, 2.2 and 4.3). A missing or bad identifier is
 * made. A good {@code traceparent} goes on as it came, or with a span of ours as the parent where spans are recorded; a
 * bad one is taken away with its state, and a trace begins here only where the policy says so: an application
 * that samples as its caller does would be bound by our choice. Belongs to one loop; makes no objects.
 */
public final class TraceHeaders {

    /** The names it looks at, for {@link FieldNames#with}. */
    public static final List<String> NAMES = List.of("x-request-id", "traceparent", "tracestate");

    private static final byte[] REQUEST_ID = Ascii.bytes(NAMES.get(0));
    private static final byte[] PARENT = Ascii.bytes(NAMES.get(1));
    private static final byte[] HEX = Ascii.bytes("0123456789abcdef");

    private static final int LONGEST_ID = 128;
    private static final int ID_LENGTH = 36;
    private static final int PARENT_LENGTH = 55;
    private static final int TRACE_AT = 3;
    private static final int SPAN_AT = 36;
    private static final int FLAGS_AT = 53;
    private static final int SAMPLED = 1;
    private static final int ALL = 10_000;

    /** Sampled, and that the trace's id is random. */
    private static final int KNOWN_FLAGS = 3;

    private final int requestId;
    private final int parent;
    private final int state;
    private final byte[] id = new byte[ID_LENGTH];
    private final byte[] made = new byte[PARENT_LENGTH];

    /**
     * @param names with {@link #NAMES}
     */
    public TraceHeaders(FieldNames names) {
        requestId = names.idOf(NAMES.get(0));
        parent = names.idOf(NAMES.get(1));
        state = names.idOf(NAMES.get(2));
    }

    /**
     * Completes the fields of a request. The head's fields must have been numbered.
     *
     * @param first random over 64 bits
     * @param second another
     * @param sample how many of 10,000 traces that begin here are sampled; negative: none begins here
     * @param context is filled
     */
    public void complete(
            Head head,
            long first,
            long second,
            TracePolicy policy,
            int sample,
            TraceContext context) {
        if (!hasRequestId(head)) {
            head.dropAll(requestId);
            makeId(first, second);
            head.addField(REQUEST_ID, id, requestId);
        }
        context.clear();
        if (hasParent(head)) {
            goOn(head, first, second, policy, context);
        } else {
            head.dropAll(parent);
            head.dropAll(state);
            if (sample >= 0) {
                begin(head, first, second, policy, sample, context);
            }
        }
    }

    private void goOn(
            Head head, long first, long second, TracePolicy policy, TraceContext context) {
        byte[] b = head.bytes();
        int at = head.valueAt(head.find(parent));
        context.belongsTo(
                number(b, at + TRACE_AT), number(b, at + TRACE_AT + 16), number(b, at + SPAN_AT));
        if (policy.ownSpans()) {
            // A later version is sent on as version 00, with the flags that version 00 has: 3.3 and
            // 4.3.
            int flags = (digit(b[at + FLAGS_AT]) << 4 | digit(b[at + FLAGS_AT + 1])) & KNOWN_FLAGS;
            long span = span(first, second);
            context.span(span, (flags & SAMPLED) != 0, policy);
            head.dropAll(parent);
            makeParent(context, span, flags);
            head.addField(PARENT, made, parent);
        }
    }

    private void begin(
            Head head,
            long first,
            long second,
            TracePolicy policy,
            int sample,
            TraceContext context) {
        // Mixed, so that they differ from the request's id; never zero.
        long high = first * 0x9e3779b97f4a7c15L | 1;
        long low = second * 0xbf58476d1ce4e5b9L;
        boolean sampled = Long.remainderUnsigned(high ^ low >>> 17, ALL) < sample;
        context.belongsTo(high, low, 0);
        long span = span(first, second);
        context.span(span, sampled, policy);
        makeParent(context, span, sampled ? SAMPLED : 0);
        head.addField(PARENT, made, parent);
    }

    private static long span(long first, long second) {
        return (first ^ Long.rotateLeft(second, 32)) * 0x94d049bb133111ebL | 1;
    }

    private boolean hasRequestId(Head head) {
        int row = head.find(requestId);
        return row >= 0
                && head.findFrom(row + 1, requestId) < 0
                && head.valueLength(row) > 0
                && head.valueLength(row) <= LONGEST_ID
                && Ascii.allTarget(head.bytes(), head.valueAt(row), head.valueLength(row));
    }

    private boolean hasParent(Head head) {
        int row = head.find(parent);
        return row >= 0
                && head.findFrom(row + 1, parent) < 0
                && isParent(head.bytes(), head.valueAt(row), head.valueLength(row));
    }

    /** Version 00 in whole; of later versions what must stay the same in them. */
    private static boolean isParent(byte[] b, int at, int length) {
        if (length < PARENT_LENGTH) {
            return false;
        }
        boolean first = b[at] == '0' && b[at + 1] == '0';
        boolean forbidden = b[at] == 'f' && b[at + 1] == 'f';
        boolean longer = length > PARENT_LENGTH;
        if (forbidden || longer && (first || b[at + PARENT_LENGTH] != '-')) {
            return false;
        }
        return isHex(b, at, 2, true)
                && b[at + TRACE_AT - 1] == '-'
                && isHex(b, at + TRACE_AT, 32, false)
                && b[at + SPAN_AT - 1] == '-'
                && isHex(b, at + SPAN_AT, 16, false)
                && b[at + FLAGS_AT - 1] == '-'
                && isHex(b, at + FLAGS_AT, 2, true);
    }

    private static boolean isHex(byte[] b, int at, int length, boolean mayBeZero) {
        boolean zero = true;
        for (int i = at; i < at + length; i++) {
            boolean digit = b[i] >= '0' && b[i] <= '9' || b[i] >= 'a' && b[i] <= 'f';
            if (!digit) {
                return false;
            }
            zero &= b[i] == '0';
        }
        return mayBeZero || !zero;
    }

    /** A UUID of version 4, RFC 9562 5.4. */
    private void makeId(long first, long second) {
        long high = first & ~0xf000L | 0x4000L;
        long low = second & 0x3fffffffffffffffL | 0x8000000000000000L;
        int at = 0;
        for (int digit = 0; digit < 32; digit++) {
            if (digit == 8 || digit == 12 || digit == 16 || digit == 20) {
                id[at++] = '-';
            }
            long half = digit < 16 ? high : low;
            id[at++] = HEX[(int) (half >>> 60 - 4 * (digit & 15)) & 15];
        }
    }

    private void makeParent(TraceContext context, long span, int flags) {
        made[0] = '0';
        made[1] = '0';
        made[2] = '-';
        putHex(context.high(), TRACE_AT);
        putHex(context.low(), TRACE_AT + 16);
        made[SPAN_AT - 1] = '-';
        putHex(span, SPAN_AT);
        made[FLAGS_AT - 1] = '-';
        made[FLAGS_AT] = '0';
        made[FLAGS_AT + 1] = HEX[flags];
    }

    /** 16 hex digits that have been looked at. */
    private static long number(byte[] b, int at) {
        long number = 0;
        for (int i = at; i < at + 16; i++) {
            number = number << 4 | digit(b[i]);
        }
        return number;
    }

    private static int digit(byte hex) {
        return hex <= '9' ? hex - '0' : hex - 'a' + 10;
    }

    private void putHex(long value, int at) {
        for (int digit = 0; digit < 16; digit++) {
            made[at + digit] = HEX[(int) (value >>> 60 - 4 * digit) & 15];
        }
    }
}
