package dev.asterism.l7.identity;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import java.util.List;

/**
 * {@code x-request-id} and {@code traceparent}: what is there and good goes on, what is missing or bad is made
 * (W3C Trace Context 1, 2.2 and 4.3). A good {@code traceparent} is passed as it is: the filter exports no span of
 * its own that a child could name as its parent. Belongs to one loop; makes no objects.
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
     * Sees to it that the request has both, good ones. The head's fields must have been numbered.
     *
     * @param first random over 64 bits
     * @param second another
     * @param sampled whether a trace that begins here is to be recorded
     */
    public void complete(Head head, long first, long second, boolean sampled) {
        if (!hasRequestId(head)) {
            head.dropAll(requestId);
            makeId(first, second);
            head.addField(REQUEST_ID, id, requestId);
        }
        if (!hasParent(head)) {
            head.dropAll(parent);
            head.dropAll(state);
            makeParent(first, second, sampled);
            head.addField(PARENT, made, parent);
        }
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

    private void makeParent(long first, long second, boolean sampled) {
        made[0] = '0';
        made[1] = '0';
        made[2] = '-';
        // The draws differ from those of the request's id by what they are mixed with, and are
        // never zero.
        putHex(first * 0x9e3779b97f4a7c15L | 1, TRACE_AT);
        putHex(second * 0xbf58476d1ce4e5b9L, TRACE_AT + 16);
        made[SPAN_AT - 1] = '-';
        putHex((first ^ Long.rotateLeft(second, 32)) * 0x94d049bb133111ebL | 1, SPAN_AT);
        made[FLAGS_AT - 1] = '-';
        made[FLAGS_AT] = '0';
        made[FLAGS_AT + 1] = (byte) (sampled ? '1' : '0');
    }

    private void putHex(long value, int at) {
        for (int digit = 0; digit < 16; digit++) {
            made[at + digit] = HEX[(int) (value >>> 60 - 4 * digit) & 15];
        }
    }
}
